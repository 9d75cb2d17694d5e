//! The mailer of the settings.

use crate::chance::SystemEntropy;
use crate::settings::{MailSection, MailTls, Settings, read_file, read_password};
use anyhow::{Context as _, anyhow};
use portique_journeys::Clock;
use portique_outbound::mail::{LineTls, Mailer, MailerSettings, Smtp, Way};
use std::sync::Arc;
use std::time::Duration;

/// The mailer, when this instance sends mail.
pub(crate) fn mailer(settings: &Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Option<Mailer>> {
    let Some(section) = &settings.mail else {
        return Ok(None);
    };
    let name = if section.name.is_empty() {
        &settings.instance.name
    } else {
        &section.name
    };
    let made = Mailer::new(MailerSettings {
        way: way(section)?,
        from: section.from.parse().context("mail.from")?,
        name: name.clone(),
        retries: None,
        clock,
        entropy: Arc::new(SystemEntropy),
    });
    made.map(Some).map_err(|error| anyhow!("mail: {error}"))
}

fn way(section: &MailSection) -> anyhow::Result<Way> {
    if let Some(folder) = &section.folder {
        return Ok(Way::Folder(folder.clone()));
    }
    let login = match (&section.user, &section.password_file) {
        (Some(user), Some(file)) => {
            let password = read_password("mail.password_file", file)?;
            Some((user.clone(), password.into()))
        }
        _ => None,
    };
    let authority = section
        .authority
        .as_deref()
        .map(|file| read_file("mail.authority", file).map(String::into_bytes))
        .transpose()?;
    Ok(Way::Smtp(Smtp {
        host: section.host.clone().context("mail.host")?,
        port: section.port(),
        tls: match section.tls {
            MailTls::None => LineTls::None,
            MailTls::Starttls => LineTls::Starttls,
            MailTls::Tls => LineTls::Tls,
        },
        login,
        authority,
        timeout: Duration::from_secs(section.timeout_seconds),
        connections: section.connections,
    }))
}
