//! One writer at a time: a lock of the operating system, which goes when its holder dies.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long to wait for another writer. One takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// Held until it is dropped.
pub struct Lock {
    _file: File,
}

/// Waits for the folder's lock.
pub fn take(folder: &Path) -> Result<Lock, String> {
    let state = folder.join(crate::STATE);
    let path = state.join("lock");
    let failed = |e: std::io::Error| format!("{} cannot be locked: {e}", path.display());
    std::fs::create_dir_all(&state).map_err(failed)?;
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    let since = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) if since.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(10));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(format!(
                    "another program has written to {} for {} seconds; try again when it is done",
                    folder.display(),
                    PATIENCE.as_secs()
                ));
            }
            Err(TryLockError::Error(e)) => return Err(failed(e)),
        }
    }
}
