//! The disk while something is measured, and percentiles.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use crate::Failure;

/// Between two synchronisations that measure the disk.
const PAUSE: Duration = Duration::from_millis(10);

/// Measures meanwhile how long the disk takes for an append of 4 KiB that is synchronised, now and then.
pub(crate) async fn beside_syncs<T>(
    folder: &Path,
    work: impl Future<Output = T>,
) -> Result<(T, Vec<Duration>), Failure> {
    let mut file = File::create(folder.join("plain"))?;
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let syncing = std::thread::spawn(move || {
        let mut syncs = Vec::new();
        while ended.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
            let began = Instant::now();
            file.write_all(&[7; 4096])?;
            file.sync_data()?;
            syncs.push(began.elapsed());
        }
        Ok::<_, std::io::Error>(syncs)
    });
    let done = work.await;
    drop(end);
    let syncs = syncing.join().map_err(|_| "the disk was not measured")??;
    Ok((done, syncs))
}

/// So many percent are at most this long.
pub(crate) fn percentile(took: &mut [Duration], percent: f64) -> Duration {
    took.sort_unstable();
    let last = took.len().saturating_sub(1);
    let place = (took.len() as f64 * percent / 100.0).ceil() as usize;
    took.get(place.saturating_sub(1).min(last))
        .copied()
        .unwrap_or_default()
}
