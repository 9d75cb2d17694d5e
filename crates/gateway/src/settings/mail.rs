//! The section `[mail]`: without it this instance sends no mail, and the pages say so.

use anyhow::{Context as _, bail};
use portique_domain::identity::MailAddress;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// How mail goes out.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailSection {
    /// The server; its certificate has to bear this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) host: Option<String>,
    /// Its port; by default 587 with STARTTLS, 465 with TLS, 25 without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) port: Option<u16>,
    /// `starttls`, `tls`, or `none` (loopback only).
    #[serde(default)]
    pub(crate) tls: MailTls,
    /// User, when the server asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<String>,
    /// File with the password of that user, on one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) password_file: Option<PathBuf>,
    /// Certificates of the authority of the server, PEM, instead of those of the system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authority: Option<PathBuf>,
    /// Instead of a server: a folder that takes one file a mail, for a trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) folder: Option<PathBuf>,
    /// From which address.
    pub(crate) from: String,
    /// The name beside it; that of the instance when empty.
    #[serde(default)]
    pub(crate) name: String,
    /// Seconds that one command may take.
    #[serde(default = "ten")]
    pub(crate) timeout_seconds: u64,
    /// Connections at once.
    #[serde(default = "four")]
    pub(crate) connections: u32,
}

fn ten() -> u64 {
    10
}

fn four() -> u32 {
    4
}

/// Protection of the line to the mail server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MailTls {
    None,
    #[default]
    Starttls,
    Tls,
}

impl MailSection {
    /// The port in force.
    pub(crate) fn port(&self) -> u16 {
        self.port.unwrap_or(match self.tls {
            MailTls::None => 25,
            MailTls::Starttls => 587,
            MailTls::Tls => 465,
        })
    }

    /// Relative paths are relative to the file that says them.
    pub(super) fn place(&mut self, folder: &Path) {
        for path in [
            &mut self.password_file,
            &mut self.authority,
            &mut self.folder,
        ]
        .into_iter()
        .flatten()
        {
            *path = folder.join(&*path);
        }
    }

    /// Checks what types alone cannot.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        self.from
            .parse::<MailAddress>()
            .context("mail.from: write an address such as ne-pas-repondre@ent.example.fr")?;
        if self.host.is_some() == self.folder.is_some() {
            bail!("mail: give either mail.host (a server) or mail.folder (a trial), not both");
        }
        if self.user.is_some() != self.password_file.is_some() {
            bail!("mail: mail.user and mail.password_file go together");
        }
        let loopback = self.host.as_deref().is_none_or(is_this_machine);
        if self.tls == MailTls::None && !loopback {
            bail!("mail.tls: \"none\" is for loopback only; write \"starttls\" or \"tls\"");
        }
        if !(1..=120).contains(&self.timeout_seconds) {
            bail!("mail.timeout_seconds: between 1 and 120");
        }
        if !(1..=32).contains(&self.connections) {
            bail!("mail.connections: between 1 and 32");
        }
        Ok(())
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(text: &str) -> anyhow::Result<MailSection> {
        let section: MailSection = toml::from_str(text)?;
        section.check()?;
        Ok(section)
    }

    #[test]
    fn a_server_or_a_folder_and_never_in_clear_over_a_network() {
        let from = "from = \"ent@exemple.fr\"\n";
        let server = section(&format!("{from}host = \"mail.example\"")).unwrap();
        assert_eq!((server.tls, server.port()), (MailTls::Starttls, 587));
        for good in [
            "folder = \"mails\"",
            "host = \"127.0.0.1\"\ntls = \"none\"",
            "host = \"mail.example\"\nuser = \"ent\"\npassword_file = \"p\"",
        ] {
            assert!(section(&format!("{from}{good}")).is_ok(), "{good}");
        }
        for bad in [
            "",
            "host = \"a.example\"\nfolder = \"mails\"",
            "host = \"a.example\"\ntls = \"none\"",
            "host = \"127.0.0.1.example\"\ntls = \"none\"",
            "host = \"a.example\"\nuser = \"ent\"",
            "host = \"a.example\"\npassword = \"secret\"",
            "host = \"a.example\"\ntimeout_seconds = 0",
            "host = \"a.example\"\nconnections = 1000",
        ] {
            assert!(section(&format!("{from}{bad}")).is_err(), "{bad}");
        }
        let bad = "from = \"ent@exemple.fr\\r\\nBcc: a@b.fr\"\nhost = \"a.example\"";
        assert!(section(bad).is_err());
    }
}
