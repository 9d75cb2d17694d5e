//! While the log refuses, events wait in the spool; then they come in, in order and once.

use super::{DAY, Folder, NOW, numbers, poured, told};
use portique_domain::Timestamp;
use portique_store::StoreError;
use portique_store::journal::{JournalKeeper, JournalWriter};
use portique_testkit::conformance::journal::event;
use std::path::PathBuf;

/// A directory stands where the file of this day should be: the log refuses its lines.
fn refuse(folder: &Folder, at: Timestamp) {
    std::fs::create_dir(folder.day(at)).unwrap();
}

fn relent(folder: &Folder, at: Timestamp) {
    std::fs::remove_dir(folder.day(at)).unwrap();
}

fn spools(folder: &Folder) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder.paths().spool).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test]
async fn the_spool_takes_what_the_log_refuses_and_gives_it_back_in_order() {
    let folder = Folder::new();
    let tomorrow = NOW.plus(DAY);
    let journal = folder.open();
    refuse(&folder, tomorrow);
    journal.record(event(0, tomorrow)).await.unwrap();
    // What the intake took before anybody knew waits in it.
    poured(&journal).await;
    assert_eq!(journal.spool_lines(), 1);
    assert!(spools(&folder).is_empty());
    for number in 1..4 {
        journal.record(event(number, tomorrow)).await.unwrap();
    }
    assert_eq!(journal.spool_lines(), 4);
    assert_eq!(spools(&folder).len(), 1);
    // The order is kept, so what comes after waits too.
    journal.record(event(4, NOW)).await.unwrap();
    assert_eq!(journal.spool_lines(), 5);

    relent(&folder, tomorrow);
    journal.record(event(5, tomorrow)).await.unwrap();
    assert_eq!(journal.spool_lines(), 0);
    assert!(spools(&folder).is_empty());
    assert_eq!(numbers(&journal, tomorrow).await, [5, 3, 2, 1, 0, 4]);
    assert_eq!(told(&journal).await, [(1, false, None), (5, false, None)]);
}

#[tokio::test]
async fn the_spool_is_taken_in_at_the_next_start_and_once() {
    let folder = Folder::new();
    let tomorrow = NOW.plus(DAY);
    let journal = folder.open();
    refuse(&folder, tomorrow);
    journal.record(event(0, tomorrow)).await.unwrap();
    poured(&journal).await;
    for number in 1..3 {
        journal.record(event(number, tomorrow)).await.unwrap();
    }
    drop(journal);
    relent(&folder, tomorrow);
    let left = spools(&folder).remove(0);
    let mut bytes = std::fs::read(&left).unwrap();

    let journal = folder.open();
    assert_eq!(journal.spool_lines(), 0);
    assert_eq!(told(&journal).await, [(3, false, None)]);
    journal.close_days(tomorrow.plus(DAY)).await.unwrap();
    drop(journal);

    // As if the process had ended between the commit and the end of the spool; and the last frame of
    // another process was cut by its end.
    std::fs::write(left.with_file_name("1-old.spool"), &bytes).unwrap();
    bytes.truncate(bytes.len() - 7);
    std::fs::write(left.with_file_name("2-old.spool"), &bytes).unwrap();
    let journal = folder.open();
    assert_eq!(journal.spool_lines(), 0);
    assert_eq!(told(&journal).await, [(3, true, None)]);
    assert_eq!(numbers(&journal, tomorrow).await, [2, 1, 0]);
    // Files that did not read to the end are put aside.
    assert!(
        spools(&folder)
            .iter()
            .all(|path| path.extension().unwrap() == "lost")
    );
}

#[tokio::test]
async fn an_event_is_refused_only_when_all_refuse() {
    let folder = Folder::new();
    let tomorrow = NOW.plus(DAY);
    let journal = folder.open();
    refuse(&folder, tomorrow);
    std::fs::remove_dir(folder.paths().spool).unwrap();
    std::fs::write(folder.paths().spool, b"").unwrap();
    std::fs::create_dir(folder.paths().days.join("intake")).unwrap();
    let refused = journal.record(event(1, tomorrow)).await;
    assert!(matches!(refused, Err(StoreError::CannotWrite(_))));
    // A note says nothing, and does no harm.
    journal.note(event(2, tomorrow));
    // The log of another day still takes lines.
    journal.record(event(3, NOW)).await.unwrap();
    assert_eq!(numbers(&journal, NOW).await, [3]);

    std::fs::remove_file(folder.paths().spool).unwrap();
    std::fs::create_dir(folder.paths().spool).unwrap();
    journal.record(event(4, tomorrow)).await.unwrap();
    assert_eq!(journal.spool_lines(), 1);
    relent(&folder, tomorrow);
    journal.close_days(NOW).await.unwrap();
    assert_eq!(journal.spool_lines(), 0);
    assert_eq!(numbers(&journal, tomorrow).await, [4, 3]);
}

#[tokio::test]
async fn an_event_that_is_handed_over_twice_stops_nothing() {
    let folder = Folder::new();
    let journal = folder.open();
    for _ in 0..3 {
        journal.note(event(1, NOW));
    }
    journal.record(event(1, NOW)).await.unwrap();
    journal.record(event(2, NOW)).await.unwrap();
    assert_eq!(journal.spool_lines(), 0);
    assert_eq!(numbers(&journal, NOW).await, [2, 1]);
}
