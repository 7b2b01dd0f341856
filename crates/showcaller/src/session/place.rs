//! Where ledgers and simulated worlds are: in the folder `.showcaller` beside the event file.

use std::path::{Path, PathBuf};

use showcaller_ledger::{Ledger, LedgerUrl};

use super::EventArgs;
use crate::disk;
use crate::environment;
use crate::exit::{Failure, Result};
use crate::terminal::say;

/// The ledger that the arguments name, or the one beside the event.
pub(super) fn ledger_url(args: &EventArgs) -> Result<LedgerUrl> {
    // What the environment says is meant for the real event: simulated ids never meet its ledger.
    let meant = |url: &&String| {
        !args.simulate || environment::get(environment::LEDGER).as_ref() != Some(url)
    };
    let Some(url) = args.ledger.as_ref().filter(meant) else {
        let kind = if args.simulate {
            "simulated.ledger"
        } else {
            "ledger"
        };
        return Ok(LedgerUrl::file(in_folder(&args.event, kind)));
    };
    url.parse()
        .map_err(|error: showcaller_ledger::UrlError| Failure::usage(format!("--ledger: {error}")))
}

/// The simulated world beside the event.
pub(super) fn world(args: &EventArgs) -> PathBuf {
    in_folder(&args.event, "simulated-world.json")
}

/// Opens a ledger for what only reads it, also where it must not be written.
pub(super) async fn open_to_read(url: &LedgerUrl) -> Result<Ledger> {
    let ledger = Ledger::open_to_read(url).await?;
    if ledger.is_read_only() {
        say::remark(&format!(
            "{url} cannot be written here. What it holds now is read, and nothing is noted in it."
        ));
    }
    Ok(ledger)
}

fn in_folder(event: &Path, kind: &str) -> PathBuf {
    let stem = event.file_stem().map_or_else(
        || "event".to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    );
    folder(event).join(format!("{stem}.{kind}"))
}

fn folder(event: &Path) -> PathBuf {
    event.parent().unwrap_or(Path::new("")).join(".showcaller")
}

/// Makes the folder, which keeps itself out of version control.
pub(super) fn make_folder(args: &EventArgs) -> Result<()> {
    let folder = folder(&args.event);
    let ignore = folder.join(".gitignore");
    let made = std::fs::create_dir_all(&folder).and_then(|()| {
        if ignore.exists() {
            return Ok(());
        }
        std::fs::write(
            &ignore,
            "# Ledgers hold meeting passwords: nothing here belongs in git.\n*\n",
        )
    });
    made.map_err(|error| {
        let failure = Failure::failed(format!(
            "the folder {} cannot be written: {}",
            folder.display(),
            disk::reason(&error)
        ));
        if args.simulate {
            failure.hint("copy the event and its roster to a folder of your own and try there")
        } else {
            failure.hint("the ledger lives there; --ledger sqlite:PATH puts it elsewhere")
        }
    })
}
