//! `portique charter`.

use super::Caller;
use super::account::find;
use crate::out::Out;
use crate::wiring::App;
use anyhow::{Context as _, anyhow};
use clap::Subcommand;
use portique_domain::CivilDate;
use portique_domain::charter::{CharterSection, Language};
use portique_domain::identity::Profile;
use portique_domain::rights::Action;
use portique_jose::digest::hex;
use portique_journeys::{CharterDraft, TextDraft};
use serde::Deserialize;
use serde_json::json;
use std::path::PathBuf;

/// Commands on charters.
#[derive(Debug, Subcommand)]
pub(crate) enum CharterCommand {
    /// Publish a version from a file; the same text publishes nothing
    Publish {
        /// TOML file (config/charters/ has two)
        file: PathBuf,
    },
    /// List versions
    Status {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Proofs of an account
    Proofs {
        /// Login
        login: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileForm {
    name: String,
    profiles: Vec<String>,
    #[serde(default)]
    effective: Option<String>,
    texts: Vec<TextForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextForm {
    language: String,
    title: String,
    short: Vec<String>,
    full: Vec<SectionForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionForm {
    heading: String,
    paragraphs: Vec<String>,
}

/// Reads a charter file.
pub(crate) fn read(text: &str) -> anyhow::Result<CharterDraft> {
    let form: FileForm = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| {
            text.get(..span.start)
                .unwrap_or_default()
                .matches('\n')
                .count()
                + 1
        });
        anyhow!("line {line}: {}", error.message())
    })?;
    let profiles = form
        .profiles
        .iter()
        .map(|word| {
            word.parse::<Profile>()
                .map_err(|error| anyhow!("profiles: {word:?}: {error}"))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let effective_at = form
        .effective
        .map(|date| date.parse::<CivilDate>())
        .transpose()
        .context("effective")?
        .map(CivilDate::start);
    let texts = form
        .texts
        .into_iter()
        .map(|text| {
            Ok(TextDraft {
                language: Language::from_tag(&text.language).ok_or_else(|| {
                    anyhow!("language: {:?} is none of fr, en, oc", text.language)
                })?,
                title: text.title,
                short: text.short,
                full: text
                    .full
                    .into_iter()
                    .map(|section| CharterSection {
                        heading: section.heading,
                        paragraphs: section.paragraphs,
                    })
                    .collect(),
            })
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    Ok(CharterDraft {
        name: form.name,
        profiles,
        effective_at,
        texts,
    })
}

/// Runs one.
pub(crate) async fn run(
    app: &App,
    command: CharterCommand,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    match command {
        CharterCommand::Publish { file } => {
            let path = caller.folder.join(file);
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            let draft = read(&text).with_context(|| path.display().to_string())?;
            let published = app
                .journeys
                .publish_charter(
                    &caller.grant(Action::PublishCharter),
                    draft,
                    app.clock.now(),
                )
                .await?;
            match published {
                Some(charter) => out.line(format!(
                    "{} version {} is in force from {}: people are asked at their next page.",
                    charter.name, charter.version, charter.effective_at
                )),
                None => out.line("The text is the one in force already; nothing was published."),
            }
        }
        CharterCommand::Status { json } => {
            let all = app.journeys.stores.charters.charters().await?;
            if json {
                let rows: Vec<_> = all
                    .iter()
                    .map(|one| json!({ "name": one.name, "version": one.version, "effective_at": one.effective_at.to_string(), "profiles": one.profiles.iter().map(|profile| profile.mnemonic()).collect::<Vec<_>>(), "languages": one.texts.iter().map(|text| json!({ "language": text.language.tag(), "sha256": hex(&text.digest) })).collect::<Vec<_>>() }))
                    .collect();
                out.json(&json!({ "charters": rows }));
            } else {
                for one in &all {
                    let profiles: Vec<_> = one
                        .profiles
                        .iter()
                        .map(|profile| profile.mnemonic())
                        .collect();
                    out.line(format!(
                        "{} version {} from {} for {}",
                        one.name,
                        one.version,
                        one.effective_at,
                        profiles.join(", ")
                    ));
                }
            }
        }
        CharterCommand::Proofs { login, json } => {
            let account = find(app, &login).await?;
            let proofs = app.journeys.stores.charters.proofs(account.person).await?;
            let rows: Vec<_> = proofs
                .iter()
                .map(|proof| json!({ "charter": proof.charter.0.to_string(), "language": proof.language.tag(), "sha256": hex(&proof.digest), "at": proof.at.to_string() }))
                .collect();
            if json {
                out.json(&json!({ "login": account.login.as_str(), "proofs": rows }));
            } else {
                for proof in &proofs {
                    out.line(format!(
                        "{}  {}  {}",
                        proof.at,
                        proof.language.tag(),
                        hex(&proof.digest)
                    ));
                }
                out.line(format!("{} proofs", proofs.len()));
            }
        }
    }
    Ok(0)
}
