//! Settings: one TOML file, each key with an environment name (`PORTIQUE_PUBLIC__ADDRESS`), an unknown
//! key fatal (house §4.15).

mod events;
mod feeds;
mod file;
mod load;
mod mail;
mod records;
mod schema;
mod sftp;
mod sources;

pub(crate) use events::Events;
pub(crate) use file::{read_file, read_password};
pub(crate) use load::{load, printed};
pub(crate) use mail::{MailSection, MailTls};
pub(crate) use records::{PostgresServer, RecordStore, Records};
pub(crate) use schema::*;
pub(crate) use sftp::SftpSection;
pub(crate) use sources::{ApplySetting, SourceSection};
