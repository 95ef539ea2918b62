#!/bin/sh
# geckodriver makes Firefox quit when the process of a page ends. The tests that kill one need the others to go on.
unset MOZ_CRASHREPORTER_SHUTDOWN
exec "${HOLDFAST_FIREFOX:-/usr/bin/firefox-esr}" "$@"
