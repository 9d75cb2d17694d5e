//! Both engines hold the same; neither tells what it holds.

use super::{open, records_on, settings};
use portique_store::StoreError;
use portique_store::records::{PeopleReader, Pseudonyms};
use portique_store_sql::records::{PostgresRecords, SqliteRecords};
use portique_testkit::build::{NOW, TOULOUSE, key};
use portique_testkit::conformance::records::with_lea;
use portique_testkit::postgres::PostgresServer;
use std::collections::BTreeSet;
use std::error::Error;

/// The inventory of `tests/records.rs` speaks of SQLite; this makes it speak of both.
#[tokio::test(flavor = "multi_thread")]
async fn both_engines_hold_the_same_columns() {
    let Some(server) = PostgresServer::shared() else {
        return;
    };
    let (_store, address) = records_on(server).await;
    let listed = server.sql(
        PostgresServer::name(&address),
        "SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE table_schema = 'public'",
    );
    let ours: BTreeSet<String> = listed.lines().map(str::to_owned).collect();
    let folder = std::env::temp_dir().join(format!("portique-columns-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    drop(SqliteRecords::open(&folder).unwrap());
    let conn = rusqlite::Connection::open(folder.join("records.db")).unwrap();
    let mut statement = conn
        .prepare(
            "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c
             WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'",
        )
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    let theirs: BTreeSet<String> = rows.collect::<Result<_, _>>().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(ours, theirs);
}

/// All that an error says, however it is asked.
fn said(error: &StoreError) -> String {
    let mut told = vec![error.to_string(), format!("{error:?}")];
    let mut cause = error.source();
    while let Some(error) = cause {
        told.extend([error.to_string(), format!("{error:?}")]);
        cause = error.source();
    }
    told.join(" ")
}

/// The server's own words would quote the row.
#[tokio::test(flavor = "multi_thread")]
async fn no_error_tells_what_a_row_holds() {
    let Some(server) = PostgresServer::shared() else {
        return;
    };
    let (store, address) = records_on(server).await;
    let database = PostgresServer::name(&address);
    server.sql(
        database,
        "CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'row of %', NEW.sector; END $$;
         CREATE TRIGGER told BEFORE INSERT ON pseudonym FOR EACH ROW EXECUTE FUNCTION told()",
    );
    let lea = with_lea(&store).await;
    let told = store.pseudonym(lea, "hush", "k1", NOW).await.unwrap_err();
    assert!(matches!(told, StoreError::Unavailable(_)), "{told:?}");
    assert!(said(&told).contains("P0001"), "{}", said(&told));
    assert!(!said(&told).contains("hush"), "{}", said(&told));
    server.sql(
        database,
        "DROP TRIGGER told ON pseudonym; ALTER TABLE pseudonym ADD CHECK (sector <> 'hush')",
    );
    let told = store.pseudonym(lea, "hush", "k1", NOW).await.unwrap_err();
    assert!(matches!(told, StoreError::Conflict(_)), "{told:?}");
    assert!(!said(&told).contains("hush"), "{}", said(&told));
    assert!(store.pseudonym(lea, "other", "k1", NOW).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_a_nul_is_nobodys() {
    let Some((store, _address)) = open() else {
        return;
    };
    with_lea(&store).await;
    let asked = store.person_by_key(&key(TOULOUSE, "p1\0")).await;
    assert_eq!(asked.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_of_a_newer_version_is_refused() {
    let Some(server) = PostgresServer::shared() else {
        return;
    };
    let (store, address) = records_on(server).await;
    drop(store);
    server.sql(
        PostgresServer::name(&address),
        "INSERT INTO refinery_schema_history
         SELECT 99, 'V99__of_tomorrow', applied_on, checksum FROM refinery_schema_history LIMIT 1",
    );
    let refused = PostgresRecords::connect(&settings(server, &address))
        .await
        .err();
    assert!(
        matches!(refused, Some(StoreError::Corrupt(_))),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_refused_without_its_value() {
    let Some(server) = PostgresServer::shared() else {
        return;
    };
    let mut wrong = settings(server, &server.database());
    wrong.password = Some("hush-hush".to_owned());
    let refused = PostgresRecords::connect(&wrong).await.err().unwrap();
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}");
    assert!(!said(&refused).contains("hush"), "{}", said(&refused));
}
