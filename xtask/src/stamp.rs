//! Skips commands that are up to date: the command, its inputs and its outputs are unchanged.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

/// Records, in cargo's target folder, a hash of a command, its inputs and its outputs when it last succeeded.
#[derive(Debug)]
pub(crate) struct Stamp {
    /// The file with the hash.
    file: PathBuf,
    /// The inputs: files, and folders with their contents.
    inputs: Vec<PathBuf>,
    /// The outputs.
    outputs: Vec<PathBuf>,
}

/// Names in input folders that are no inputs: installed and built files.
const NO_INPUTS: [&str; 3] = ["node_modules", "built.js", "wrapper.mjs"];

impl Stamp {
    pub(crate) fn new(target: &Path, name: &str, inputs: Vec<PathBuf>, outputs: Vec<PathBuf>) -> Self {
        let file = target.join("xtask-stamps").join(name);
        Self { file, inputs, outputs }
    }

    /// True if the command is up to date.
    pub(crate) fn is_current(&self, command: &str) -> bool {
        let now = self.hash(command);
        now.is_ok_and(|now| fs::read_to_string(&self.file).is_ok_and(|then| then == now))
    }

    /// Records the state after the command has succeeded.
    pub(crate) fn write(&self, command: &str) -> io::Result<()> {
        let now = self.hash(command)?;
        fs::create_dir_all(self.file.parent().unwrap_or(&self.file))?;
        fs::write(&self.file, now)
    }

    fn hash(&self, command: &str) -> io::Result<String> {
        // `DefaultHasher` may differ in another toolchain; then everything is built again.
        let mut hasher = DefaultHasher::new();
        command.hash(&mut hasher);
        for input in &self.inputs {
            add(input, &NO_INPUTS, &mut hasher)?;
        }
        for output in &self.outputs {
            add(output, &[], &mut hasher)?;
        }
        Ok(format!("{:016x}\n", hasher.finish()))
    }
}

fn add(path: &Path, without: &[&str], hasher: &mut DefaultHasher) -> io::Result<()> {
    path.hash(hasher);
    if !path.is_dir() {
        fs::read(path)?.hash(hasher);
        return Ok(());
    }
    let entries: io::Result<Vec<_>> = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect();
    let mut entries = entries?;
    entries.sort();
    for entry in entries {
        let name = entry.file_name().unwrap_or_default();
        if !without.iter().any(|other| name == *other) {
            add(&entry, without, hasher)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Stamp;

    #[test]
    fn a_change_of_input_output_or_command_is_seen_and_what_is_installed_is_not() {
        let folder = std::env::temp_dir().join(format!("holdfast-stamp-{}", std::process::id()));
        let (source, made) = (folder.join("source"), folder.join("made"));
        fs::create_dir_all(source.join("node_modules")).unwrap();
        fs::write(source.join("a"), "1").unwrap();
        let stamp = Stamp::new(&folder, "it", vec![source.clone()], vec![made.clone()]);
        assert!(
            !stamp.is_current("make") && stamp.write("make").is_err(),
            "nothing is made"
        );
        fs::write(&made, "2").unwrap();
        assert!(!stamp.is_current("make"));
        stamp.write("make").unwrap();
        fs::write(source.join("node_modules/b"), "3").unwrap();
        assert!(stamp.is_current("make") && !stamp.is_current("make --more"));
        fs::write(source.join("a"), "4").unwrap();
        assert!(!stamp.is_current("make"));
        stamp.write("make").unwrap();
        fs::remove_file(&made).unwrap();
        assert!(!stamp.is_current("make"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
