//! Long work that gives way to everybody else.

use crate::StoreError;
use std::thread;

/// Niceness of long work: it gets a tenth of what somebody who logs in gets when both want a core, and
/// all of it when nobody else does.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Does long work on a thread of its own, niced, and waits for it. A thread that was niced stays so
/// without privileges, which is why it is not the caller's.
///
/// # Errors
/// No thread could be started.
pub fn give_way<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, StoreError> {
    thread::scope(|scope| {
        let niced = thread::Builder::new()
            .name("importer".to_owned())
            .spawn_scoped(scope, || {
                step_back();
                work()
            })
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        match niced.join() {
            Ok(value) => Ok(value),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

#[cfg(target_os = "linux")]
fn step_back() {
    // On Linux niceness is that of a thread. Refused, the work is done all the same.
    rustix::process::setpriority_process(None, NICE).unwrap_or_default();
}

#[cfg(not(target_os = "linux"))]
const fn step_back() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn long_work_is_niced_and_its_caller_is_not() {
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let before = nice();
        let there = give_way(nice).unwrap();
        assert_eq!(there, NICE.max(before));
        assert_eq!(nice(), before);
    }
}
