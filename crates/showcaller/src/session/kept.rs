//! The ledger alone, for commands that look after it: no token, no Webex, and the event file may be
//! full of mistakes.

use std::path::PathBuf;
use std::sync::Arc;

use showcaller_clock::{SharedClock, SystemClock, VirtualClock};
use showcaller_ledger::Ledger;

use super::{EventArgs, checked, place, simulated};
use crate::exit::{Failure, Result};

/// The ledger that the arguments name.
pub(crate) async fn existing(args: &EventArgs) -> Result<Ledger> {
    let url = place::ledger_url(args)?;
    if let Some(path) = url.path()
        && !path.exists()
    {
        return Err(Failure::usage(format!("there is no ledger {}", path.display()),
        )
        .hint(match args.simulate {
            true => "`showcaller apply --simulate` makes one",
            false => {
                "`showcaller apply` makes one; --ledger names another, --simulate the simulated one"
            }
        }));
    }
    place::open_to_read(&url).await
}

/// The ledger that the arguments name, made where there is none, and a name for a file in which it
/// can be kept as it is now: `None` for a new one.
pub(crate) async fn to_be_replaced(args: &EventArgs) -> Result<(Ledger, Option<PathBuf>)> {
    let url = place::ledger_url(args)?;
    if url.path().is_some_and(|path| !path.exists()) {
        if args.simulate || args.ledger.is_none() {
            place::make_folder(args)?;
        }
        return Ok((Ledger::open(&url).await?, None));
    }
    let ledger = Ledger::open(&url).await?;
    let place = match url.path() {
        Some(path) => path.to_owned(),
        // A database has no folder: then it is the one that the command was called in.
        None => {
            let stem = args.event.file_stem().unwrap_or_default();
            let mut name = stem.to_owned();
            name.push(".ledger");
            PathBuf::from(name)
        }
    };
    let free = (1_u32..)
        .map(|number| {
            let mut name = place.as_os_str().to_owned();
            name.push(format!(".before-restore-{number}"));
            PathBuf::from(name)
        })
        .find(|path| !path.exists());
    Ok((ledger, free))
}

/// The present, which for a simulated event is that of its world.
pub(crate) fn clock(args: &EventArgs) -> Result<SharedClock> {
    if !args.simulate {
        return Ok(Arc::new(SystemClock));
    }
    let now = match simulated::kept_time(args)? {
        Some(now) => now,
        None => simulated::time(&checked(&args.event, None)?.0, args)?,
    };
    Ok(Arc::new(VirtualClock::starting_at(now)))
}
