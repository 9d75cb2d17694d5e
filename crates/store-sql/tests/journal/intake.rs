//! What was acknowledged is in the intake until it is in the log: whatever happens between the two.

use super::{DAY, Folder, NOW, numbers, poured, told};
use portique_store::journal::{JournalKeeper, JournalWriter};
use portique_testkit::conformance::journal::event;
use std::path::Path;

/// What a power cut leaves: the files as they are on the disk, without anybody's farewell.
fn cut(from: &Folder) -> Folder {
    let to = Folder::new();
    let (old, new) = (from.paths(), to.paths());
    for (old, new) in [
        (old.days, new.days),
        (old.keys, new.keys),
        (old.spool, new.spool),
    ] {
        copy(&old, &new);
    }
    to
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_power_cut_before_the_log_has_it() {
    let folder = Folder::new();
    let journal = folder.open();
    for number in 0..3 {
        journal.record(event(number, NOW)).await.unwrap();
    }
    assert!(!folder.day(NOW).exists(), "the log has it already");
    let mut after = cut(&folder);
    after.keys = folder.keys.clone();
    let journal = after.open();
    assert_eq!(journal.spool_lines(), 0);
    assert_eq!(numbers(&journal, NOW).await, [2, 1, 0]);
}

#[tokio::test]
async fn what_the_log_had_before_the_cut_is_not_there_twice() {
    let folder = Folder::new();
    let journal = folder.open();
    journal.record(event(0, NOW)).await.unwrap();
    journal.record(event(1, NOW)).await.unwrap();
    let intake = folder.paths().days.join("intake");
    let frames = std::fs::read(&intake).unwrap();
    poured(&journal).await;
    journal.record(event(2, NOW)).await.unwrap();
    let mut after = cut(&folder);
    after.keys = folder.keys.clone();
    // The zeros had not reached the disk, and neither had the frame after them.
    std::fs::write(after.paths().days.join("intake"), frames).unwrap();
    let journal = after.open();
    assert_eq!(numbers(&journal, NOW).await, [1, 0]);
    assert_eq!(told(&journal).await, [(2, false, None)]);
}

#[tokio::test]
async fn without_an_intake_the_log_is_written_at_once() {
    let folder = Folder::new();
    let journal = folder.open();
    std::fs::create_dir(folder.paths().days.join("intake")).unwrap();
    journal.record(event(0, NOW)).await.unwrap();
    assert!(folder.day(NOW).exists());
    assert_eq!(journal.spool_lines(), 0);
    std::fs::remove_dir(folder.paths().days.join("intake")).unwrap();
    journal.record(event(1, NOW)).await.unwrap();
    assert_eq!(numbers(&journal, NOW).await, [1, 0]);
}

#[tokio::test]
async fn a_moment_is_enough_for_the_log() {
    let folder = Folder::new();
    let journal = folder.open();
    journal.record(event(0, NOW)).await.unwrap();
    while !folder.day(NOW).exists() {
        tokio::time::sleep(core::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_clean_end_leaves_no_intake_and_closing_a_day_waits_for_it() {
    let folder = Folder::new();
    let journal = folder.open();
    journal.record(event(0, NOW.minus(DAY))).await.unwrap();
    assert_eq!(journal.close_days(NOW).await.unwrap(), 1);
    assert_eq!(told(&journal).await, [(1, true, None)]);
    journal.record(event(1, NOW)).await.unwrap();
    journal.shutdown(NOW).await.unwrap();
    assert!(!folder.paths().days.join("intake").exists());
    assert_eq!(numbers(&folder.open(), NOW).await, [1, 0]);
}
