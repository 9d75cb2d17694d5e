//! The records on PostgreSQL keep every promise that those on SQLite keep, hold the same columns, survive a
//! server that goes away, and are shared by several nodes.
#![expect(
    clippy::unwrap_used,
    reason = "what a test needs to begin has to be there"
)]

mod nodes;
mod outages;
mod schema;
mod tls;

use core::time::Duration;
use portique_store_sql::postgres::PostgresSettings;
use portique_store_sql::records::PostgresRecords;
use portique_testkit::postgres::PostgresServer;
use tokio::runtime::Handle;
use tokio::task::block_in_place;

fn settings(server: &PostgresServer, address: &str) -> PostgresSettings {
    PostgresSettings {
        address: address.to_owned(),
        password: Some(server.password()),
        connections: 8,
        time_limit: Duration::from_secs(10),
    }
}

/// Records in an empty database of their own, and its address, on a server.
async fn records_on(server: &PostgresServer) -> (PostgresRecords, String) {
    let address = server.database();
    (node(server, &address).await, address)
}

/// One more node on a database.
async fn node(server: &PostgresServer, address: &str) -> PostgresRecords {
    PostgresRecords::connect(&settings(server, address))
        .await
        .unwrap()
}

/// Records in a database of their own on the server that the tests share.
fn open() -> Option<(PostgresRecords, String)> {
    let server = PostgresServer::shared()?;
    Some(block_in_place(|| {
        Handle::current().block_on(records_on(server))
    }))
}

portique_testkit::records_suite!(open);
