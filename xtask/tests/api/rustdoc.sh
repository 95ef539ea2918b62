#!/bin/sh
# rustdoc, allowed to use what is unstable.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
