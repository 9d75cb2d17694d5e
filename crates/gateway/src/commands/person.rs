//! `portique person`: suspected duplicates, merged and separated by a person.

use super::{Caller, counted, visit};
use crate::out::Out;
use crate::wiring::App;
use anyhow::{Context as _, bail};
use clap::Subcommand;
use portique_domain::identity::{
    EstablishmentId, Login, PersonId, Profile, SourceKey, SourceName, Uai,
};
use portique_domain::rights::{Action, Perimeter};
use portique_journeys::admin::{Named, Suspect, SuspectQuery, SuspectSide};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Commands on people.
#[derive(Debug, Subcommand)]
pub(crate) enum PersonCommand {
    /// List people who are here under two keys perhaps, with the reasons
    Suspects {
        /// Only pairs of whom one at least is in this establishment
        #[arg(long)]
        uai: Option<String>,
        /// Only pairs of this score at least, 0 to 100
        #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u8).range(0..=100))]
        min_score: u8,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Say that two are one person: KEEP goes on with her account and is where both are; the login of
    /// OTHER opens nothing more, and her sessions end
    Merge {
        /// Who goes on: a login, an id, or the key of a record (source:academy:id)
        keep: String,
        /// Who is the same person
        other: String,
        /// Why; kept with the act
        #[arg(long)]
        reason: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Say that somebody who was merged is a person of her own: she has her login, password and
    /// identifiers back
    Unmerge {
        /// Who was merged: a login, an id, or the key of a record (source:academy:id)
        person: String,
        /// Why; kept with the act
        #[arg(long)]
        reason: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Runs one.
pub(crate) async fn run(
    app: &App,
    command: PersonCommand,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    let visit = visit(app);
    let grant = caller.grant(Action::RunFeeds);
    match command {
        PersonCommand::Suspects {
            uai,
            min_score,
            json,
        } => suspects(app, (uai.as_deref(), min_score), json, caller, out).await?,
        PersonCommand::Merge {
            keep,
            other,
            reason,
            json,
        } => {
            let both = (&named(&keep)?, &named(&other)?);
            let merged = app.journeys.merge_people(&grant, both, &reason, &visit);
            let merged = merged.await?;
            if json {
                out.json(&json!({ "keep": id(merged.keep), "other": id(merged.other), "sessions_ended": merged.sessions_ended }));
            } else {
                out.line(format!(
                    "Merged: {} goes on, {} stands behind; {} ended.",
                    id(merged.keep),
                    id(merged.other),
                    counted(merged.sessions_ended as u64, "session")
                ));
            }
        }
        PersonCommand::Unmerge {
            person,
            reason,
            json,
        } => {
            let person = named(&person)?;
            let separated = app
                .journeys
                .unmerge_person(&grant, &person, &reason, &visit);
            let separated = separated.await?;
            if json {
                out.json(&json!({ "keep": id(separated.keep), "other": id(separated.other) }));
            } else {
                out.line(format!(
                    "Separated: {} is a person of her own again, apart from {}.",
                    id(separated.other),
                    id(separated.keep)
                ));
            }
        }
    }
    Ok(0)
}

fn id(person: PersonId) -> String {
    person.0.to_string()
}

/// Who is meant by a login, an id, or the key of a record.
fn named(text: &str) -> anyhow::Result<Named> {
    if let Ok(id) = text.parse() {
        return Ok(Named::Id(PersonId(id)));
    }
    let mut parts = text.splitn(3, ':');
    if let (Some(source), Some(academy), Some(id)) = (parts.next(), parts.next(), parts.next()) {
        let source = SourceName::parse(source);
        let academy = academy.parse().ok();
        let (Some(source), Some(academy)) = (source, academy) else {
            bail!("{text:?} is no key of a record: source:academy:id, such as aaf:16:9100001");
        };
        let id = id.to_owned();
        return Ok(Named::Key(SourceKey {
            source,
            academy,
            id,
        }));
    }
    let login = text.parse();
    let login = login.with_context(|| format!("{text:?} is no login, no id and no key"))?;
    Ok(Named::Login(login))
}

async fn suspects(
    app: &App,
    (uai, min_score): (Option<&str>, u8),
    json: bool,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<()> {
    let visit = visit(app);
    let mut query = SuspectQuery {
        establishment: None,
        min_score,
    };
    let stores = &app.journeys.stores;
    if let Some(text) = uai {
        let uai: Uai = text.parse().with_context(|| format!("--uai {text:?}"))?;
        let site = stores.establishments.establishment_by_uai(&uai).await?;
        let site = site.with_context(|| format!("--uai: no establishment is known as {uai}"))?;
        query.establishment = Some(site.id);
    }
    let grant = caller.grant(Action::ReadPeople);
    let pairs = app.journeys.suspects(&grant, &query, &visit).await?;
    let sites = stores.establishments.establishments(&[Perimeter::Instance]);
    let sites: HashMap<EstablishmentId, String> = sites
        .await?
        .into_iter()
        .map(|site| (site.id, site.uai.map_or(site.name, |uai| uai.to_string())))
        .collect();
    if json {
        let rows: Vec<Value> = pairs.iter().map(|pair| row(pair, &sites)).collect();
        out.json(&json!({ "suspects": rows }));
        return Ok(());
    }
    for pair in &pairs {
        let codes: Vec<&str> = pair.reasons.iter().map(|reason| reason.code()).collect();
        out.line(format!("{:>3}  {}", pair.score, codes.join(" ")));
        for side in [&pair.one, &pair.other] {
            out.line(format!("     {}", line(side, &sites)));
        }
    }
    out.line(counted(pairs.len() as u64, "suspected pair"));
    Ok(())
}

fn places(side: &SuspectSide, sites: &HashMap<EstablishmentId, String>) -> Vec<String> {
    let place = |(id, profile): &(EstablishmentId, Profile)| {
        let called = sites.get(id).map_or("-", String::as_str);
        format!("{} {called}", profile.mnemonic())
    };
    side.places.iter().map(place).collect()
}

fn line(side: &SuspectSide, sites: &HashMap<EstablishmentId, String>) -> String {
    let login = side.login.as_ref();
    format!(
        "{} {}  {}  {}  {}  {}",
        side.last,
        side.first,
        login.map_or("(no account)", |login| login.as_str()),
        side.key,
        places(side, sites).join(", "),
        id(side.id)
    )
}

fn row(pair: &Suspect, sites: &HashMap<EstablishmentId, String>) -> Value {
    let side = |side: &SuspectSide| {
        json!({
            "id": id(side.id), "last": side.last, "first": side.first,
            "login": side.login.as_ref().map(Login::as_str),
            "record": side.key.to_string(), "places": places(side, sites),
        })
    };
    let reasons = pair.reasons.iter();
    let reasons: Vec<Value> = reasons
        .map(|reason| json!({ "code": reason.code(), "points": reason.points() }))
        .collect();
    json!({ "score": pair.score, "reasons": reasons, "one": side(&pair.one), "other": side(&pair.other) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_named_by_login_id_or_key() {
        assert!(matches!(named("lea.marchais"), Ok(Named::Login(_))));
        let id = named("019a0000-0000-7000-8000-000000000001");
        assert!(matches!(id, Ok(Named::Id(_))));
        let key = named("aaf:16:9100001");
        assert!(matches!(key, Ok(Named::Key(key)) if key.id == "9100001"));
        for text in ["AAF:16:1", "aaf:x:1", "Léa Marchais", ""] {
            assert!(named(text).is_err(), "{text}");
        }
    }
}
