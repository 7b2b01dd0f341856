//! `showcaller new DIR`

use std::path::{Path, PathBuf};

use crate::exit::{Code, Failure, Result};
use crate::terminal::say;
use crate::{disk, output_file};

/// Write an event file and a roster to begin with
///
/// Both are small, and explained line by line. Beside them go the schema, with which editors
/// complete and check the file while it is written, and a .gitignore for tokens and ledgers.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder, which is made if it is not there
    dir: PathBuf,
}

const EVENT: &str = "event.yaml";
const ROSTER: &str = "people.csv";
const SCHEMA: &str = "event.schema.json";
const IGNORE: &str = ".gitignore";

pub(crate) fn run(args: &Args) -> Result<Code> {
    let dir = &args.dir;
    let (event, roster) = showcaller_event::starter();
    let event = called_after(dir, event);
    let event = format!("# yaml-language-server: $schema={SCHEMA}\n#\n{event}");
    let files = [
        (EVENT, event.as_str()),
        (ROSTER, roster),
        (SCHEMA, &showcaller_event::schema()),
        (
            IGNORE,
            "# Tokens, and ledgers with meeting passwords.\n*.env\n.showcaller/\n",
        ),
    ];
    refuse_to_overwrite(dir, &files.map(|(name, _)| name))?;
    let cannot = |path: &Path, error: &std::io::Error| {
        output_file::cannot(path, error).hint("give a folder that you may write")
    };
    std::fs::create_dir_all(dir).map_err(|error| cannot(dir, &error))?;
    for (name, content) in files {
        let path = dir.join(name);
        disk::create(&path, content).map_err(|error| cannot(&path, &error))?;
    }
    let path = dir.join(EVENT);
    let path = path.display();
    for line in [
        format!("Written in {}:", dir.display()),
        format!("  {EVENT:<18} the event: its days, rooms, meetings and messages"),
        format!("  {ROSTER:<18} who takes part"),
        format!("  {SCHEMA:<18} with it, editors complete and check {EVENT}"),
        format!("  {IGNORE:<18} keeps tokens and passwords out of version control"),
        String::new(),
        "Change the first two, and look what becomes of them:".to_owned(),
        format!("  showcaller check {path}"),
        format!("  showcaller apply {path} --simulate"),
    ] {
        say::line(&line);
    }
    Ok(Code::Done)
}

/// The starter under the folder's name: two events begun with it must not share a key, nor a team.
fn called_after(dir: &Path, starter: &str) -> String {
    let name = dir
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let key = words.join("-");
    if !key.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return starter.to_owned();
    }
    let title = words.join(" ");
    let title = title[..1].to_ascii_uppercase() + &title[1..];
    let renamed = [
        ("event: my-event", format!("event: {key}")),
        ("title: My event", format!("title: {title}")),
        ("team: My event", format!("team: {title}")),
    ];
    renamed.iter().fold(starter.to_owned(), |text, (from, to)| {
        text.replacen(from, to, 1)
    })
}

/// What is there stays as it is.
fn refuse_to_overwrite(dir: &Path, names: &[&str]) -> Result<()> {
    if dir.exists() && !dir.is_dir() {
        return Err(
            Failure::usage(format!("{} is a file, not a folder", dir.display()))
                .hint("give the name of a new folder, as in `showcaller new my-event`"),
        );
    }
    let there: Vec<&str> = names
        .iter()
        .filter(|name| dir.join(name).symlink_metadata().is_ok())
        .copied()
        .collect();
    if there.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "{} holds {} already, and nothing is overwritten",
        dir.display(),
        listed(&there)
    ))
    .hint("give the name of a new folder"))
}

fn listed(names: &[&str]) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.join(""),
    }
}
