//! What is purged is gone: the file, its key, and every copy that was kept aside.

use super::{DAY, Folder, NOW, numbers, told};
use portique_domain::{CivilDate, Timestamp};
use portique_store::journal::{JournalKeeper, JournalQuery, JournalReader, JournalWriter};
use portique_store::{PageSize, StoreError};
use portique_testkit::conformance::journal::event;

fn a_year_later() -> Timestamp {
    let day = CivilDate::new(2027, 11, 25).unwrap();
    day.start().plus(NOW.since(NOW.day().start()))
}

#[tokio::test]
async fn after_a_purge_neither_file_nor_key_is_there_and_copies_are_dead() {
    let folder = Folder::new();
    let journal = folder.open();
    journal.record(event(1, NOW)).await.unwrap();
    journal.record(event(2, NOW.plus(DAY))).await.unwrap();
    journal.close_days(NOW.plus(DAY * 2)).await.unwrap();
    let aside = std::fs::read(folder.day(NOW)).unwrap();

    let certificates = journal.purge(a_year_later()).await.unwrap();
    assert_eq!(certificates.len(), 1);
    let names = folder.files();
    let day = NOW.day().to_string();
    let of_the_day = names
        .iter()
        .filter(|path| path.file_name().unwrap().to_str().unwrap().contains(&day));
    assert_eq!(of_the_day.count(), 0);
    assert!(folder.day(NOW.plus(DAY)).exists() && folder.key(NOW.plus(DAY)).exists());
    assert_eq!(told(&journal).await, [(1, true, None)]);

    // The copy comes back under its old name: it is not searched, and the next purge removes it.
    std::fs::write(folder.day(NOW), &aside).unwrap();
    assert_eq!(numbers(&journal, NOW.plus(DAY)).await, [2]);
    assert!(journal.purge(a_year_later()).await.unwrap().is_empty());
    assert!(!folder.day(NOW).exists());

    // Elsewhere, with all our other keys, it does not open.
    let mut other = Folder::new();
    other.keys = folder.keys.clone();
    let elsewhere = other.open();
    std::fs::write(other.day(NOW), &aside).unwrap();
    let query = JournalQuery::default();
    let found = elsewhere.search(&query, PageSize::clamped(10), NOW).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))));
}

#[tokio::test]
async fn a_purge_that_was_cut_short_is_finished() {
    let folder = Folder::new();
    let journal = folder.open();
    journal.record(event(1, NOW)).await.unwrap();
    journal.close_days(NOW.plus(DAY)).await.unwrap();
    let (file, key) = (folder.day(NOW), folder.key(NOW));
    let kept = (std::fs::read(&file).unwrap(), std::fs::read(&key).unwrap());
    assert_eq!(journal.purge(a_year_later()).await.unwrap().len(), 1);
    drop(journal);

    std::fs::write(&file, kept.0).unwrap();
    std::fs::write(&key, kept.1).unwrap();
    let journal = folder.open();
    assert!(journal.purge(a_year_later()).await.unwrap().is_empty());
    assert!(!file.exists() && !key.exists());
    assert_eq!(journal.certificates().await.unwrap().len(), 1);
}

#[tokio::test]
async fn late_lines_make_their_file_go_with_the_oldest_of_them() {
    let folder = Folder::new();
    let journal = folder.open();
    journal.record(event(1, NOW.minus(DAY))).await.unwrap();
    journal.close_days(NOW).await.unwrap();
    journal.record(event(2, NOW)).await.unwrap();
    journal.record(event(3, NOW.minus(DAY))).await.unwrap();
    let purged = journal.purge(a_year_later().minus(DAY)).await.unwrap();
    assert_eq!(purged.len(), 2);
    assert!(told(&journal).await.is_empty());
}

#[tokio::test]
async fn the_key_of_a_day_that_only_was_in_the_spool_goes_too() {
    let folder = Folder::new();
    let journal = folder.open();
    std::fs::create_dir(folder.day(NOW)).unwrap();
    journal.record(event(1, NOW)).await.unwrap();
    drop(journal);
    std::fs::remove_dir(folder.day(NOW)).unwrap();
    std::fs::remove_file(folder.paths().days.join("intake")).unwrap();
    let journal = folder.open();
    assert!(folder.key(NOW).exists());
    journal.purge(a_year_later()).await.unwrap();
    assert!(folder.key(NOW).exists());
    journal.purge(a_year_later().plus(DAY)).await.unwrap();
    assert!(!folder.key(NOW).exists());
}

#[tokio::test]
async fn a_day_that_does_not_open_keeps_nothing_from_closing_and_goes_in_time() {
    let folder = Folder::new();
    let journal = folder.open();
    journal.record(event(1, NOW)).await.unwrap();
    drop(journal);
    for ending in ["db-wal", "db-shm"] {
        let beside = folder.day(NOW).with_extension(ending);
        assert!(!beside.exists());
    }
    std::fs::write(folder.day(NOW), b"this is no database").unwrap();
    let journal = folder.open();
    journal.record(event(2, NOW.plus(DAY))).await.unwrap();
    assert_eq!(journal.close_days(NOW.plus(DAY * 2)).await.unwrap(), 1);
    assert_eq!(told(&journal).await, [(0, false, Some(1)), (1, true, None)]);
    let certificates = journal.purge(a_year_later()).await.unwrap();
    assert_eq!(certificates.len(), 1);
    assert!(!folder.day(NOW).exists());
}
