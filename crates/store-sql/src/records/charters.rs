//! Charters and proofs.

use super::SqliteRecords;
use super::columns::{corrupt, id, instant, maybe_id};
use super::connections::{Work, in_the_way, in_transaction};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::charter::{
    AcceptedBy, Charter, CharterId, CharterProof, CharterSection, CharterText, Language,
};
use portique_domain::identity::{EstablishmentId, PersonId, Profile};
use portique_store::records::{CharterReader, CharterWriter};
use portique_store::{Result, StoreError};
use rusqlite::{Connection, Row, params};
use std::sync::Arc;

const CHARTER: &str = "SELECT id, name, version, profiles, effective_at FROM charter";

const fn accepted_code(by: AcceptedBy) -> &'static str {
    match by {
        AcceptedBy::FirstAccess => "first_access",
        AcceptedBy::NewVersion => "new_version",
    }
}

fn accepted_of(code: &str) -> Option<AcceptedBy> {
    [AcceptedBy::FirstAccess, AcceptedBy::NewVersion]
        .into_iter()
        .find(|by| accepted_code(*by) == code)
}

fn charter_of(row: &Row<'_>) -> Work<Charter> {
    let profiles: Vec<String> = corrupt(
        serde_json::from_str(row.get_ref(3)?.as_str().unwrap_or_default()).ok(),
        "charter.profiles",
    )?;
    let profiles: Option<Vec<Profile>> = profiles.iter().map(|text| text.parse().ok()).collect();
    Ok(Charter {
        id: CharterId(id(row, 0)?),
        name: row.get(1)?,
        version: row.get(2)?,
        profiles: corrupt(profiles, "charter.profiles")?,
        effective_at: instant(row, 4)?,
        texts: Vec::new(),
    })
}

/// All versions with their texts, newest first.
fn all(conn: &Connection) -> Work<Vec<Charter>> {
    let mut statement = conn.prepare_cached(&format!(
        "{CHARTER} ORDER BY effective_at DESC, version DESC, id DESC"
    ))?;
    let mut rows = statement.query([])?;
    let mut charters = Vec::new();
    while let Some(row) = rows.next()? {
        charters.push(with_texts(conn, charter_of(row)?)?);
    }
    Ok(charters)
}

fn with_texts(conn: &Connection, mut charter: Charter) -> Work<Charter> {
    let mut statement = conn.prepare_cached(
        "SELECT language, title, short, full_text, digest FROM charter_text
         WHERE charter = ?1 ORDER BY position",
    )?;
    let mut rows = statement.query(params![charter.id.0.as_bytes()])?;
    while let Some(row) = rows.next()? {
        let language: String = row.get(0)?;
        let short: String = row.get(2)?;
        let full: String = row.get(3)?;
        let full: Vec<(String, Vec<String>)> =
            corrupt(serde_json::from_str(&full).ok(), "charter_text.full_text")?;
        charter.texts.push(CharterText {
            language: corrupt(Language::from_tag(&language), "charter_text.language")?,
            title: row.get(1)?,
            short: corrupt(serde_json::from_str(&short).ok(), "charter_text.short")?,
            full: full
                .into_iter()
                .map(|(heading, paragraphs)| CharterSection {
                    heading,
                    paragraphs,
                })
                .collect(),
            digest: row.get(4)?,
        });
    }
    Ok(charter)
}

fn proof_of(row: &Row<'_>) -> Work<CharterProof> {
    let language: String = row.get(2)?;
    let accepted_by: String = row.get(5)?;
    Ok(CharterProof {
        person: PersonId(id(row, 0)?),
        charter: CharterId(id(row, 1)?),
        language: corrupt(Language::from_tag(&language), "charter_proof.language")?,
        digest: row.get(3)?,
        at: instant(row, 4)?,
        by: corrupt(accepted_of(&accepted_by), "charter_proof.accepted_by")?,
        establishment: maybe_id(row, 6)?.map(EstablishmentId),
    })
}

impl SqliteRecords {
    /// All versions, newest first: a handful in a lifetime.
    async fn kept_charters(&self) -> Result<Arc<Vec<Arc<Charter>>>> {
        match self.charters.get() {
            Ok(charters) => Ok(charters),
            Err(writings) => {
                let read = self.connections.read(all).await?;
                let read = read.into_iter().map(Arc::new).collect();
                Ok(self.charters.keep(writings, read))
            }
        }
    }
}

#[async_trait]
impl CharterReader for SqliteRecords {
    async fn in_force(&self, profile: Profile, now: Timestamp) -> Result<Option<Arc<Charter>>> {
        let addresses =
            |head: &&Arc<Charter>| head.effective_at <= now && head.profiles.contains(&profile);
        Ok(self.kept_charters().await?.iter().find(addresses).cloned())
    }

    async fn charter(&self, id: CharterId) -> Result<Option<Charter>> {
        let all = self.kept_charters().await?;
        let found = all.iter().find(|charter| charter.id == id);
        Ok(found.map(|charter| Charter::clone(charter)))
    }

    async fn charters(&self) -> Result<Vec<Charter>> {
        let all = self.kept_charters().await?;
        Ok(all.iter().map(|charter| Charter::clone(charter)).collect())
    }

    async fn proofs(&self, person: PersonId) -> Result<Vec<CharterProof>> {
        self.connections
            .read(move |conn| {
                let mut statement = conn.prepare_cached(
                    "SELECT person, charter, language, digest, at, accepted_by, establishment
                     FROM charter_proof WHERE person = ?1
                     ORDER BY at DESC,
                              (SELECT version FROM charter WHERE id = charter_proof.charter) DESC,
                              charter DESC",
                )?;
                let mut rows = statement.query(params![person.0.as_bytes()])?;
                let mut proofs = Vec::new();
                while let Some(row) = rows.next()? {
                    proofs.push(proof_of(row)?);
                }
                Ok(proofs)
            })
            .await
    }

    async fn has_accepted(&self, person: PersonId, charter: CharterId) -> Result<bool> {
        let key = (person, charter);
        self.fresh(&self.known.accepted, key, move |conn| {
            let sql = "SELECT 1 FROM charter_proof WHERE person = ?1 AND charter = ?2";
            let mut statement = conn.prepare_cached(sql)?;
            Ok(statement.exists(params![person.0.as_bytes(), charter.0.as_bytes()])?)
        })
        .await
    }
}

#[async_trait]
impl CharterWriter for SqliteRecords {
    async fn publish(&self, charter: &Charter) -> Result<()> {
        let charter = charter.clone();
        let kept = Arc::clone(&self.charters);
        // On the writer's own thread: nobody who stops waiting leaves an old value behind.
        let publish = move |conn: &mut Connection| {
            let done = in_transaction(conn, |write| publish(write, &charter));
            kept.forget();
            done
        };
        Ok(self.connections.on_writer(publish).await??)
    }

    async fn accept(&self, proof: &CharterProof) -> Result<()> {
        let proof = proof.clone();
        self.connections
            .write(move |write| {
                write
                    .prepare_cached(
                        "INSERT INTO charter_proof
                             (person, charter, language, digest, at, accepted_by, establishment)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                         ON CONFLICT (person, charter) DO NOTHING",
                    )?
                    .execute(params![
                        proof.person.0.as_bytes(),
                        proof.charter.0.as_bytes(),
                        proof.language.tag(),
                        proof.digest,
                        proof.at.millis(),
                        accepted_code(proof.by),
                        proof.establishment.map(|id| id.0.into_bytes()),
                    ])
                    .map_err(in_the_way("no such person or charter"))?;
                Ok(())
            })
            .await
    }
}

fn publish(write: &Connection, charter: &Charter) -> Work<()> {
    let last: u32 = write
        .prepare_cached("SELECT coalesce(max(version), 0) FROM charter WHERE name = ?1")?
        .query_row(params![charter.name], |row| row.get(0))?;
    if last.checked_add(1) != Some(charter.version) {
        return Err(StoreError::Conflict("the version of the charter").into());
    }
    let profiles: Vec<&str> = charter.profiles.iter().map(|p| p.mnemonic()).collect();
    write
        .prepare_cached(
            "INSERT INTO charter (id, name, version, profiles, effective_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            charter.id.0.as_bytes(),
            charter.name,
            charter.version,
            serde_json::to_string(&profiles)?,
            charter.effective_at.millis(),
        ])
        .map_err(in_the_way("a charter"))?;
    for (position, text) in (0_i64..).zip(&charter.texts) {
        let full: Vec<(&str, &[String])> = text
            .full
            .iter()
            .map(|section| (section.heading.as_str(), section.paragraphs.as_slice()))
            .collect();
        write
            .prepare_cached(
                "INSERT INTO charter_text
                     (charter, position, language, title, short, full_text, digest)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                charter.id.0.as_bytes(),
                position,
                text.language.tag(),
                text.title,
                serde_json::to_string(&text.short)?,
                serde_json::to_string(&full)?,
                text.digest,
            ])
            .map_err(in_the_way("a text of a charter"))?;
    }
    Ok(())
}
