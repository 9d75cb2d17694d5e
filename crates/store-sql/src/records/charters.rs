//! Charters and proofs.

use super::Records;
use super::columns::{corrupt, id, instant, maybe_id};
use super::connections::{Work, in_the_way};
use super::engine::{About, Engine};
use super::sql::{Connection, Row};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::charter::{
    AcceptedBy, Charter, CharterId, CharterProof, CharterSection, CharterText, Language,
};
use portique_domain::identity::{EstablishmentId, PersonId, Profile};
use portique_store::records::{CharterReader, CharterWriter};
use portique_store::{Result, StoreError};
use rusqlite::params;
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
    let profiles: Vec<String> =
        corrupt(serde_json::from_str(row.text(3)?).ok(), "charter.profiles")?;
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
fn all(conn: &Connection<'_>) -> Work<Vec<Arc<Charter>>> {
    let sql = format!("{CHARTER} ORDER BY effective_at DESC, version DESC, id DESC");
    conn.all(&sql, &[], |row| {
        with_texts(conn, charter_of(row)?).map(Arc::new)
    })
}

fn with_texts(conn: &Connection<'_>, mut charter: Charter) -> Work<Charter> {
    let sql = "SELECT language, title, short, full_text, digest FROM charter_text
               WHERE charter = ?1 ORDER BY position";
    charter.texts = conn.all(sql, params![charter.id.0.as_bytes()], text_of)?;
    Ok(charter)
}

fn text_of(row: &Row<'_>) -> Work<CharterText> {
    let language: String = row.get(0)?;
    let short: String = row.get(2)?;
    let full: String = row.get(3)?;
    let full: Vec<(String, Vec<String>)> =
        corrupt(serde_json::from_str(&full).ok(), "charter_text.full_text")?;
    Ok(CharterText {
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
    })
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

impl<E: Engine> Records<E> {
    /// All versions, newest first: a handful in a lifetime.
    async fn kept_charters(&self) -> Result<Arc<Vec<Arc<Charter>>>> {
        // A version never changes and none goes: their number says whether one came.
        let stamp = "SELECT count(*) FROM charter";
        self.kept(&self.charters, stamp, all).await
    }
}

#[async_trait]
impl<E: Engine> CharterReader for Records<E> {
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
                let sql = "SELECT person, charter, language, digest, at, accepted_by, establishment
                     FROM charter_proof WHERE person = ?1
                     ORDER BY at DESC,
                              (SELECT version FROM charter WHERE id = charter_proof.charter) DESC,
                              charter DESC";
                conn.all(sql, params![person.0.as_bytes()], proof_of)
            })
            .await
    }

    async fn has_accepted(&self, person: PersonId, charter: CharterId) -> Result<bool> {
        let key = (person, charter);
        self.fresh(&self.known.accepted, key, move |conn| {
            let sql = "SELECT 1 FROM charter_proof WHERE person = ?1 AND charter = ?2";
            conn.exists(sql, params![person.0.as_bytes(), charter.0.as_bytes()])
        })
        .await
    }
}

#[async_trait]
impl<E: Engine> CharterWriter for Records<E> {
    async fn publish(&self, charter: &Charter) -> Result<()> {
        let charter = charter.clone();
        let kept = Arc::clone(&self.charters);
        let publish = move |write: &Connection<'_>| publish(write, &charter);
        self.connections
            .write_then(About::Charters, publish, move || kept.forget())
            .await
    }

    async fn accept(&self, proof: &CharterProof) -> Result<()> {
        let proof = proof.clone();
        self.connections
            .write(About::Person(proof.person), move |write| {
                write
                    .execute(
                        "INSERT INTO charter_proof
                             (person, charter, language, digest, at, accepted_by, establishment)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                         ON CONFLICT (person, charter) DO NOTHING",
                        params![
                            proof.person.0.as_bytes(),
                            proof.charter.0.as_bytes(),
                            proof.language.tag(),
                            proof.digest,
                            proof.at.millis(),
                            accepted_code(proof.by),
                            proof.establishment.map(|id| id.0.into_bytes()),
                        ],
                    )
                    .map_err(in_the_way("no such person or charter"))?;
                Ok(())
            })
            .await
    }
}

fn publish(write: &Connection<'_>, charter: &Charter) -> Work<()> {
    let last = "SELECT coalesce(max(version), 0) FROM charter WHERE name = ?1";
    let last = write.one(last, params![charter.name], |row| row.get::<u32>(0))?;
    let last = last.unwrap_or(0);
    if last.checked_add(1) != Some(charter.version) {
        return Err(StoreError::Conflict("the version of the charter").into());
    }
    let profiles: Vec<&str> = charter.profiles.iter().map(|p| p.mnemonic()).collect();
    write
        .execute(
            "INSERT INTO charter (id, name, version, profiles, effective_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                charter.id.0.as_bytes(),
                charter.name,
                charter.version,
                serde_json::to_string(&profiles)?,
                charter.effective_at.millis(),
            ],
        )
        .map_err(in_the_way("a charter"))?;
    for (position, text) in (0_i64..).zip(&charter.texts) {
        let full: Vec<(&str, &[String])> = text
            .full
            .iter()
            .map(|section| (section.heading.as_str(), section.paragraphs.as_slice()))
            .collect();
        write
            .execute(
                "INSERT INTO charter_text
                     (charter, position, language, title, short, full_text, digest)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    charter.id.0.as_bytes(),
                    position,
                    text.language.tag(),
                    text.title,
                    serde_json::to_string(&text.short)?,
                    serde_json::to_string(&full)?,
                    text.digest,
                ],
            )
            .map_err(in_the_way("a text of a charter"))?;
    }
    Ok(())
}
