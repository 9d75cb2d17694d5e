//! What a server says of itself.

use crate::records::PostgresRecords;
use portique_store::StoreError;

/// What an operator wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its version.
    pub version: String,
    /// `on`, or what waits less or longer than this server's own disk.
    pub synchronous_commit: String,
    /// Writings reach the disk.
    pub fsync: bool,
    /// So many connections it takes from everybody together.
    pub connections: u32,
}

const ASK: &str = "SELECT current_setting('server_version'), current_setting('synchronous_commit'),
    current_setting('fsync') = 'on', current_setting('max_connections')::integer";

impl PostgresRecords {
    /// Asks the server.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not answer.
    pub async fn facts(&self) -> Result<Facts, StoreError> {
        let facts = self.reading(|conn| {
            conn.one(ASK, &[], |row| {
                Ok(Facts {
                    version: row.get(0)?,
                    synchronous_commit: row.get(1)?,
                    fsync: row.get(2)?,
                    connections: row.get(3)?,
                })
            })
        });
        facts
            .await?
            .ok_or(StoreError::Corrupt("the server's settings"))
    }
}
