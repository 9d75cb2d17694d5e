//! The records on SQLite keep every promise, hold nothing outside their inventory, and survive being
//! cut off in the middle of a feed.
#![expect(
    clippy::unwrap_used,
    reason = "what a test needs to begin has to be there"
)]

use portique_store::StoreError;
use portique_store::records::{
    ApplyError, ApplyOrder, FeedReader, FeedWriter, PeopleReader, RunId,
};
use portique_store_sql::records::SqliteRecords;
use portique_testkit::build::{NOW, TOULOUSE, apply, id, key, later, operator, order};
use portique_testkit::conformance::records::{montpellier, toulouse};
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("portique-records-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn stages(&self) -> usize {
        std::fs::read_dir(self.0.join("stage")).unwrap().count()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

fn open() -> (SqliteRecords, Folder) {
    let folder = Folder::new();
    (SqliteRecords::open(&folder.0).unwrap(), folder)
}

portique_testkit::records_suite!(open);

/// The written inventory of what the records hold. No marks, absences,
/// sanctions, health, boarding, productions or locations: a column more is a decision, made here.
const INVENTORY: &str = "
account: person login state state_since state_before_freeze state_before_end code_mac code_expires_at code_state phc activated_at
account_change: person number at from_state to_state actor
affectation: subscription number class profile valid_from revoked_at given_by revoked_by
charter: id name version profiles effective_at
charter_proof: person charter language digest at accepted_by establishment
charter_text: charter position language title short full_text digest
contact: person mail folded verified_at offered offered_at code_mac code_expires_at
establishment: id source source_academy source_id uai name town kind tutelle academy phone digest disappeared_at
establishment_alias: id source academy source_id establishment digest gone_at
establishment_key: source academy source_id establishment alias digest gone_at
feed_alias: source academy source_id person digest made_by
feed_plan: id source academy base asked_by planned_at stage head totals findings guards plan stage_digest signature
feed_run: id plan source academy delivery_date applied_by applied_at rows_written accounts_created people_left number held
guard_lift: plan guard scope approved_by asked_by reason lifted_at
habilitation: number id person group_code valid_from valid_to reason grantor revoked_at revoked_by
invitation: secret person expires_at invited_by invited_at redeemed_at
login_gone: digest
login_used: login person
merge_act: id keep other act acted_at acted_by reason
meta: only generation salt
notice: person partner version at
partner: id version client_id secret former_secret secret_written_at secret_written_by removed_at removed_by
partner_event: number partner event cause root pairwise_key at given_up_at error
partner_meta: only generation
partner_outlet: partner tries next_at leased_until error
partner_version: partner version body written_at written_by
person: id source source_academy source_id last_name first_name birth_name title birth_date folded_last folded_first search_login digest disappeared_at ine mail until
person_merge: other keep merged_at merged_by run
place: person establishment profile classes folded_last folded_first heads via
power: number id person action perimeter valid_from valid_to reason grantor revoked_at revoked_by
pseudonym: person sector root pairwise_key drawn_at
refinery_schema_history: version name applied_on checksum
relation: child relative link legal
run_change: run kind id before digest gone_at
run_undo: run id undone_by undone_at rows_written rows_kept
resource: id title description kind level subject provider access_url active written_at written_by
sealed_key: id purpose slot algorithm sealed public created_at
tie_waiting: child relative link legal
second_factor: person sealed last_step enrolled_at
source_delivery: source mark name digest taken_at fate plan run problem
source_look: source looked_at state problem
subscription: id resource uai valid_from valid_to audiences whole_establishment written_at written_by
";

fn columns(path: &Path) -> BTreeSet<String> {
    let conn = Connection::open(path).unwrap();
    let mut statement = conn
        .prepare(
            "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c
             WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'",
        )
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn no_table_holds_school_life_data() {
    let (store, folder) = open();
    drop(store);
    let inventory: BTreeSet<String> = INVENTORY
        .lines()
        .filter_map(|line| line.split_once(": "))
        .flat_map(|(table, columns)| columns.split(' ').map(move |it| format!("{table}.{it}")))
        .collect();
    assert_eq!(columns(&folder.0.join("records.db")), inventory);
}

/// The town of an establishment is known; where a person is, or was, never.
#[test]
fn no_table_holds_a_location() {
    let (store, folder) = open();
    drop(store);
    for column in columns(&folder.0.join("records.db")) {
        for word in [
            "lat", "lon", "geo", "gps", "address", "street", "postal", "ip",
        ] {
            let parts = column.split(['.', '_']);
            assert!(!parts.into_iter().any(|part| part == word), "{column}");
        }
    }
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let (store, folder) = open();
    toulouse().deliver(&store, NOW).await;
    let plan = montpellier().stage(&store, NOW).await;
    let before = store.person_by_key(&key(TOULOUSE, "p1")).await.unwrap();
    drop(store);
    let store = SqliteRecords::open(&folder.0).unwrap();
    let after = store.person_by_key(&key(TOULOUSE, "p1")).await.unwrap();
    assert!(before.is_some());
    assert_eq!(before, after);
    // A plan that still stands kept its stage.
    assert_eq!(apply(&store, plan, later(1)).await.unwrap().rows_written, 2);
}

/// The thread dies with everything written and nothing committed, as a crash would have it.
#[tokio::test]
async fn a_run_cut_off_before_its_commit_leaves_the_old_state() {
    let (store, folder) = open();
    montpellier().deliver(&store, NOW).await;
    let plan = toulouse().stage(&store, NOW).await;
    let progress = Box::new(|_, _| panic!("the run is cut off, as this test wants it"));
    let order = ApplyOrder {
        progress,
        ..order(RunId(id(7)), operator(), NOW)
    };
    let cut = store.apply(plan, order).await;
    assert!(matches!(cut, Err(ApplyError::Store(_))), "{cut:?}");
    drop(store);
    let store = SqliteRecords::open(&folder.0).unwrap();
    assert_eq!(store.generation().await.unwrap(), 1);
    assert_eq!(store.plan(plan).await.unwrap().unwrap().applied, None);
    let lea = store.person_by_key(&key(TOULOUSE, "p1")).await.unwrap();
    assert_eq!(lea, None);
    assert_eq!(apply(&store, plan, later(1)).await.unwrap().rows_written, 9);
}

#[tokio::test]
async fn a_connection_dropped_mid_transaction_leaves_the_old_state() {
    let (store, folder) = open();
    toulouse().deliver(&store, NOW).await;
    let path = folder.0.join("records.db");
    let mut conn = Connection::open(path).unwrap();
    let write = conn.transaction().unwrap();
    write
        .execute_batch("UPDATE meta SET generation = 99; DELETE FROM account_change;")
        .unwrap();
    assert_eq!(store.generation().await.unwrap(), 1);
    drop(write);
    drop(conn);
    assert_eq!(store.generation().await.unwrap(), 1);
}

#[tokio::test]
async fn a_stage_goes_once_no_plan_can_use_it() {
    let (store, folder) = open();
    let stale = toulouse().stage(&store, NOW).await;
    let plan = montpellier().stage(&store, NOW).await;
    assert_eq!(folder.stages(), 2);
    apply(&store, plan, NOW).await.unwrap();
    assert_eq!(folder.stages(), 0);
    let late = apply(&store, stale, NOW).await;
    assert!(matches!(late, Err(ApplyError::BaseMoved)), "{late:?}");
    // What a crash left behind goes at the next start.
    drop(store);
    std::fs::write(folder.0.join("stage/left-behind.db"), "x").unwrap();
    let store = SqliteRecords::open(&folder.0).unwrap();
    assert_eq!(folder.stages(), 0);
    drop(store);
}

#[tokio::test]
async fn a_plan_whose_stage_is_gone_is_unknown() {
    let (store, folder) = open();
    let plan = toulouse().stage(&store, NOW).await;
    std::fs::remove_dir_all(folder.0.join("stage")).unwrap();
    let gone = apply(&store, plan, NOW).await;
    assert!(matches!(gone, Err(ApplyError::Unknown)), "{gone:?}");
    toulouse().deliver(&store, NOW).await;
}

#[test]
fn a_folder_that_cannot_be_written_is_said_so() {
    let folder = Folder::new();
    let file = folder.0.join("a-file");
    std::fs::write(&file, "").unwrap();
    let refused = SqliteRecords::open(&file).err();
    assert!(
        matches!(refused, Some(StoreError::CannotWrite(_))),
        "{refused:?}"
    );
}

#[test]
fn a_file_that_is_no_database_is_corrupt() {
    let folder = Folder::new();
    std::fs::write(folder.0.join("records.db"), [b'x'; 5000]).unwrap();
    let refused = SqliteRecords::open(&folder.0).err();
    assert!(
        matches!(refused, Some(StoreError::Corrupt(_))),
        "{refused:?}"
    );
}
