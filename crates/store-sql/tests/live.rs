//! Live state on SQLite keeps every promise, over restarts, kills and a disk that refuses.
#![expect(
    clippy::unwrap_used,
    reason = "what a test needs to begin has to be there"
)]

use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::login::{CounterKind, FlowId};
use portique_domain::session::{Digest, Session};
use portique_store::Redeemed;
use portique_store::live::{
    AccessTokens, Counters, Flows, OneTime, Participations, SessionReader, SessionWriter,
};
use portique_store_sql::live::SqliteLive;
use portique_testkit::conformance::live::{
    NOW, all, digest, flow, participations, person, session,
};
use portique_testkit::conformance::tokens::token;
use rusqlite::Connection;
use std::cell::RefCell;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use uuid::Uuid;

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("portique-live-{}-{number}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn open(&self) -> SqliteLive {
        SqliteLive::open(&self.0, NOW).unwrap()
    }

    /// What a kill at this moment would leave.
    fn killed(&self) -> Self {
        let copy = Self::new();
        std::fs::create_dir_all(&copy.0).unwrap();
        for entry in std::fs::read_dir(&self.0).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, copy.0.join(path.file_name().unwrap())).unwrap();
        }
        copy
    }

    fn rows(&self, table: &str) -> i64 {
        let conn = self.sqlite();
        conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
            row.get(0)
        })
        .unwrap()
    }

    fn sqlite(&self) -> Connection {
        let conn = Connection::open(self.0.join("live.db")).unwrap();
        conn.busy_timeout(Duration::from_secs(5)).unwrap();
        conn
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

const WINDOW: Duration = Duration::from_mins(30);

fn at(minutes: u64) -> Timestamp {
    NOW.plus(Duration::from_mins(minutes))
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_live_state_keeps_the_promises() {
    let folders = RefCell::new(Vec::new());
    all(|| {
        let folder = Folder::new();
        let live = folder.open();
        folders.borrow_mut().push(folder);
        live
    })
    .await;
}

/// Puts one of everything in.
async fn fill(live: &SqliteLive) {
    live.open(&session(1, 1, NOW)).await.unwrap();
    live.touch(&digest(1), at(5)).await.unwrap();
    live.park(&flow(1)).await.unwrap();
    let value = b"value".to_vec();
    live.put("code", &digest(1), value, at(20)).await.unwrap();
    live.put("code", &digest(2), Vec::new(), at(20))
        .await
        .unwrap();
    live.redeem("code", &digest(2), NOW).await.unwrap();
    for number in [3, 4] {
        let (digest, value) = (digest(number), b"brief".to_vec());
        let kept = live.put_brief("code", &digest, value, at(20));
        kept.await.unwrap();
    }
    live.redeem("code", &digest(4), NOW).await.unwrap();
    for minutes in 0..3 {
        live.add(CounterKind::Account, &digest(1), WINDOW, at(minutes))
            .await
            .unwrap();
    }
    for participation in participations(Uuid::from_u128(1)) {
        live.record(&participation).await.unwrap();
    }
    for number in 1..3 {
        let given = token(900 + number, number);
        assert!(live.keep_token(&digest(number), &given).await.unwrap());
    }
    live.close_family(&digest(910), at(20)).await.unwrap();
}

#[tokio::test]
async fn a_clean_restart_loses_nothing() {
    let folder = Folder::new();
    let live = folder.open();
    fill(&live).await;
    live.shutdown().await.unwrap();
    assert!(live.close(&digest(1)).await.is_err());
    drop(live);

    let live = SqliteLive::open(&folder.0, at(6)).unwrap();
    let found = SessionReader::find(&live, &digest(1), at(6)).await.unwrap();
    let expected = Session {
        seen_at: at(5),
        ..session(1, 1, NOW)
    };
    assert_eq!(found, Some(expected));
    assert_eq!(live.of_person(person(1), at(6)).await.unwrap().len(), 1);
    let found = Flows::find(&live, FlowId([1; 16]), at(6)).await.unwrap();
    assert_eq!(found, Some(flow(1)));
    let first = live.redeem("code", &digest(1), at(6)).await.unwrap();
    assert_eq!(first, Redeemed::First(b"value".to_vec()));
    let second = live.redeem("code", &digest(2), at(6)).await.unwrap();
    assert_eq!(second, Redeemed::Replay);
    let brief = live.redeem("code", &digest(3), at(6)).await.unwrap();
    assert_eq!(brief, Redeemed::First(b"brief".to_vec()));
    let brief = live.redeem("code", &digest(4), at(6)).await.unwrap();
    assert_eq!(brief, Redeemed::Replay);
    let key = digest(1);
    let tally = live.tally(CounterKind::Account, &key, WINDOW, at(6));
    assert_eq!(tally.await.unwrap().count, 3);
    let given = live.of_session(Uuid::from_u128(1)).await.unwrap();
    assert_eq!(given, participations(Uuid::from_u128(1)));
    let found = live.find_token(&digest(1), at(6)).await.unwrap();
    assert_eq!(found, Some(token(901, 1)));
    assert!(!live.keep_token(&digest(3), &token(910, 1)).await.unwrap());
}

/// The disk never hears of them: a crash refuses, it never lets one be spent twice.
#[tokio::test]
async fn a_crash_forgets_brief_values_spent_or_not() {
    let folder = Folder::new();
    let live = folder.open();
    fill(&live).await;
    drop(live);

    let live = SqliteLive::open(&folder.0, at(6)).unwrap();
    for number in [3, 4] {
        let found = live.redeem("code", &digest(number), at(6)).await.unwrap();
        assert_eq!(found, Redeemed::Unknown);
    }
}

#[tokio::test]
async fn what_ended_while_down_does_not_come_back() {
    let folder = Folder::new();
    let live = folder.open();
    fill(&live).await;
    live.shutdown().await.unwrap();
    drop(live);

    let live = SqliteLive::open(&folder.0, at(36)).unwrap();
    assert_eq!(live.count(at(36)).await.unwrap(), 0);
    for table in [
        "session",
        "flow",
        "one_time",
        "counter",
        "token",
        "closed_family",
    ] {
        assert_eq!(folder.rows(table), 0, "{table}");
    }
}

#[tokio::test]
async fn an_acknowledged_closing_survives_a_kill() {
    let folder = Folder::new();
    let live = folder.open();
    fill(&live).await;
    for number in 2..6 {
        live.open(&session(number, 2, NOW)).await.unwrap();
    }
    let renewed = Session {
        digest: digest(60),
        ..session(2, 2, NOW)
    };

    live.close(&digest(1)).await.unwrap();
    assert!(live.renew(&digest(2), &renewed).await.unwrap());
    live.redeem("code", &digest(1), NOW).await.unwrap();
    assert!(live.end(FlowId([1; 16])).await.unwrap());
    live.forget(Uuid::from_u128(1)).await.unwrap();
    assert_eq!(live.close_family(&digest(901), at(30)).await.unwrap(), 1);
    let session = token(902, 2).session;
    assert_eq!(live.close_tokens_of(session).await.unwrap(), 1);
    live.add(CounterKind::Account, &digest(1), WINDOW, at(3))
        .await
        .unwrap();
    let killed = folder.killed();

    let after = killed.open();
    let open = |number| {
        let key = digest(number);
        let after = &after;
        async move {
            SessionReader::find(after, &key, NOW)
                .await
                .unwrap()
                .is_some()
        }
    };
    assert!(!open(1).await);
    assert!(!open(2).await);
    assert!(open(60).await);
    let spent = after.redeem("code", &digest(1), NOW).await.unwrap();
    assert_eq!(spent, Redeemed::Replay);
    assert!(!after.end(FlowId([1; 16])).await.unwrap());
    let given = after.of_session(Uuid::from_u128(1)).await.unwrap();
    assert!(given.is_empty());
    for number in 1..3 {
        let found = after.find_token(&digest(number), NOW).await.unwrap();
        assert_eq!(found, None);
    }
    assert!(!after.keep_token(&digest(3), &token(901, 1)).await.unwrap());
    let key = digest(1);
    let tally = after.tally(CounterKind::Account, &key, WINDOW, at(3));
    assert_eq!(tally.await.unwrap().count, 4);

    assert_eq!(live.close_all_of(person(2)).await.unwrap().len(), 4);
    let killed = folder.killed();
    assert_eq!(killed.open().count(NOW).await.unwrap(), 0);
}

#[tokio::test]
async fn a_closing_that_the_disk_refuses_is_an_error_and_is_owed() {
    let folder = Folder::new();
    let live = folder.open();
    live.open(&session(1, 1, NOW)).await.unwrap();
    live.open(&session(2, 1, NOW)).await.unwrap();
    live.put("code", &digest(1), vec![1], at(20)).await.unwrap();
    // Waits for what came before.
    live.forget(Uuid::nil()).await.unwrap();

    let broken = folder.sqlite();
    broken
        .execute_batch("ALTER TABLE session RENAME TO hidden")
        .unwrap();
    let renewed = Session {
        digest: digest(20),
        ..session(2, 1, NOW)
    };
    assert!(live.close(&digest(1)).await.is_err());
    assert!(live.renew(&digest(2), &renewed).await.is_err());
    assert!(live.redeem("code", &digest(1), NOW).await.is_err());
    // In memory all of it stays closed, and the new secret opens nothing.
    assert_eq!(live.count(NOW).await.unwrap(), 0);
    let again = live.redeem("code", &digest(1), NOW).await.unwrap();
    assert_eq!(again, Redeemed::Replay);
    // Another try is no success as long as the disk knows nothing of the first.
    assert!(live.close(&digest(1)).await.is_err());

    broken
        .execute_batch("ALTER TABLE hidden RENAME TO session")
        .unwrap();
    drop(broken);
    assert_eq!(live.close(&digest(1)).await.unwrap(), None);
    let after = folder.killed().open_and_count().await;
    assert_eq!(after, (0, Redeemed::Replay));
}

impl Folder {
    async fn open_and_count(&self) -> (u64, Redeemed<Vec<u8>>) {
        let live = self.open();
        (
            live.count(NOW).await.unwrap(),
            live.redeem("code", &digest(1), NOW).await.unwrap(),
        )
    }
}

#[tokio::test]
async fn a_sweep_gives_the_room_back() {
    let folder = Folder::new();
    let live = folder.open();
    fill(&live).await;
    let early = live.sweep(at(1)).unwrap();
    assert_eq!(early, portique_store_sql::live::Swept::default());
    let swept = live.sweep(at(36)).unwrap();
    let told = (swept.sessions, swept.flows, swept.one_time, swept.counters);
    assert_eq!(told, (1, 1, 4, 1));
    assert_eq!(swept.tokens, 2);
    assert_eq!(swept.participations, 0);
    let next_day = live.sweep(at(36 + 24 * 60)).unwrap();
    assert_eq!(next_day.participations, 1);
    live.shutdown().await.unwrap();
    for table in [
        "session",
        "flow",
        "one_time",
        "counter",
        "participation",
        "token",
        "closed_family",
    ] {
        assert_eq!(folder.rows(table), 0, "{table}");
    }
}

#[tokio::test]
async fn a_fingerprint_never_reaches_the_disk() {
    let folder = Folder::new();
    let live = folder.open();
    let kind = CounterKind::Fingerprint;
    let tally = live.add(kind, &digest(1), WINDOW, NOW).await.unwrap();
    assert_eq!(tally.count, 1);
    live.shutdown().await.unwrap();
    assert_eq!(folder.rows("counter"), 0);
}

#[tokio::test]
async fn ten_thousand_sessions_take_less_than_a_kibibyte_each() {
    let folder = Folder::new();
    let live = folder.open();
    for number in 0..10_000 {
        live.open(&session(number, number / 2, NOW)).await.unwrap();
    }
    live.shutdown().await.unwrap();
    let size = std::fs::metadata(folder.0.join("live.db")).unwrap().len();
    assert!(size < 10_000 * 1024, "{size}");
    let in_memory = size_of::<(Digest, Session)>();
    assert!(in_memory < 256, "{in_memory}");
    drop(live);
    assert_eq!(folder.open().count(NOW).await.unwrap(), 10_000);
}

#[tokio::test]
async fn the_files_are_private() {
    let folder = Folder::new();
    let live = folder.open();
    fill(&live).await;
    assert_eq!(mode(&folder.0), 0o700);
    for entry in std::fs::read_dir(&folder.0).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
