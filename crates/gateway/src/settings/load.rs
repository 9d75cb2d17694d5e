//! Reading settings: the file with its line numbers, then the environment, then sense.

use super::{Live, LiveStore, RecordStore, Records, Settings};
use anyhow::{Context as _, anyhow, bail};
use std::path::Path;

const PREFIX: &str = "PORTIQUE_";
/// Names with our prefix that are not settings.
const NOT_SETTINGS: [&str; 3] = ["PORTIQUE_CONFIG", "PORTIQUE_DATA", "PORTIQUE_NO_INSTALL"];

/// Loads and checks the settings of a file, the environment over it.
pub(crate) fn load(path: &Path) -> anyhow::Result<Settings> {
    let text = std::fs::read_to_string(path).with_context(|| {
        format!(
            "the settings {} cannot be read: give them with --config FILE",
            path.display()
        )
    })?;
    let overrides = std::env::vars()
        .filter(|(name, _)| name.starts_with(PREFIX) && !NOT_SETTINGS.contains(&name.as_str()));
    let mut settings =
        parse(&text, overrides).map_err(|error| anyhow!("{}: {error:#}", path.display()))?;
    // A relative path is relative to the file that says it, wherever the command is run from.
    let folder = std::path::absolute(path).context("the settings file")?;
    let folder = folder.parent().unwrap_or(Path::new("/")).to_owned();
    settings.data.folder = folder.join(&settings.data.folder);
    settings.keys.root_key_file = settings.keys.root_key_file.map(|file| folder.join(file));
    if let Some(server) = &mut settings.live.redis {
        server.password_file = server.password_file.take().map(|file| folder.join(file));
    }
    if let Some(server) = &mut settings.records.postgres {
        server.password_file = server.password_file.take().map(|file| folder.join(file));
    }
    if let Some(tls) = &mut settings.public.tls {
        tls.certificate = folder.join(&tls.certificate);
        tls.key = folder.join(&tls.key);
    }
    settings.events.place(&folder);
    if let Some(mail) = &mut settings.mail {
        mail.place(&folder);
    }
    for source in &mut settings.feeds.sources {
        source.place(&folder);
    }
    Ok(settings)
}

/// Whether an address names this machine itself.
fn is_loopback(address: &str) -> bool {
    let Ok(address) = url::Url::parse(address) else {
        return false;
    };
    match address.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn parse(
    text: &str,
    overrides: impl Iterator<Item = (String, String)>,
) -> anyhow::Result<Settings> {
    // The file alone first, since only then does an error know its line.
    let overrides: Vec<(String, String)> = overrides.collect();
    let mut table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| placed(text, &error))?;
    if overrides.is_empty() {
        let settings: Settings = toml::from_str(text).map_err(|error| placed(text, &error))?;
        check(&settings)?;
        return Ok(settings);
    }
    for (name, value) in overrides {
        let keys = name
            .strip_prefix(PREFIX)
            .unwrap_or_default()
            .to_ascii_lowercase();
        set(&mut table, &keys, &value).with_context(|| format!("the environment's {name}"))?;
    }
    let settings: Settings = table.try_into().context("with the environment over it")?;
    check(&settings)?;
    Ok(settings)
}

/// An error with its line, what is wrong, and what to do.
fn placed(text: &str, error: &toml::de::Error) -> anyhow::Error {
    let line = error.span().map_or(1, |span| {
        text.get(..span.start)
            .unwrap_or_default()
            .matches('\n')
            .count()
            + 1
    });
    anyhow!(
        "line {line}: {}. The commented example config/portique.toml shows every key",
        error.message()
    )
}

fn set(table: &mut toml::Table, keys: &str, value: &str) -> anyhow::Result<()> {
    let (head, rest) = keys
        .split_once("__")
        .map_or((keys, None), |(head, rest)| (head, Some(rest)));
    if let Some(rest) = rest {
        let inner = table
            .entry(head.to_owned())
            .or_insert_with(|| toml::Value::Table(toml::Table::new()));
        let inner = inner
            .as_table_mut()
            .with_context(|| format!("{head} is not a section"))?;
        return set(inner, rest, value);
    }
    // A number, a boolean or a list where one is written, else the text itself.
    let parsed = format!("v = {value}")
        .parse::<toml::Table>()
        .ok()
        .and_then(|mut table| table.remove("v"));
    table.insert(
        head.to_owned(),
        parsed.unwrap_or_else(|| toml::Value::String(value.to_owned())),
    );
    Ok(())
}

/// Checks what types alone cannot: each error names the key and the remedy.
pub(crate) fn check(settings: &Settings) -> anyhow::Result<()> {
    portique_ui::PublicAddress::parse(&settings.public.address).map_err(|error| {
        anyhow!(
            "public.address: {error}. Write scheme and host only, such as https://ent.example.fr"
        )
    })?;
    crate::wiring::proxies(settings)?;
    let public = &settings.public;
    let loopback = public.listen.ip().is_loopback() && is_loopback(&public.address);
    if public.address.starts_with("http://") && !loopback {
        bail!(
            "public.address: http is for loopback only, since cookies travel under TLS alone. Write https://…"
        );
    }
    if public.tls.is_none()
        && public.trusted_proxies.is_empty()
        && public.address.starts_with("https://")
    {
        bail!(
            "public.trusted_proxies: without [public.tls] a proxy ends TLS; name its network, such as [\"10.0.0.5/32\"]"
        );
    }
    if settings.hashing.memory_kib < 19_456 || settings.hashing.passes < 2 {
        bail!(
            "hashing: 19456 KiB and 2 passes at least (OWASP). Raise hashing.memory_kib and hashing.passes"
        );
    }
    check_records(&settings.records)?;
    check_live(&settings.live)?;
    settings.feeds.check()?;
    settings.events.check()?;
    if let Some(mail) = &settings.mail {
        mail.check()?;
    }
    let legal = &settings.instance.legal;
    for (key, value) in [
        ("publisher", &legal.publisher),
        ("publication_director", &legal.publication_director),
        ("host", &legal.host),
        ("contact", &legal.contact),
        ("data_controller", &legal.data_controller),
        ("data_protection_officer", &legal.data_protection_officer),
    ] {
        if value.trim().is_empty() {
            bail!(
                "instance.legal.{key}: the law wants it on the page « Mentions légales »; fill it in"
            );
        }
    }
    Ok(())
}

/// Records on a server want the server named; a word about its address never quotes it.
fn check_records(records: &Records) -> anyhow::Result<()> {
    match &records.postgres {
        Some(server) => crate::records::without_password(server)
            .check()
            .map_err(|fault| anyhow!("records.postgres.{fault}")),
        None if records.store == RecordStore::Postgres => bail!(
            "records.postgres: records.store is \"postgres\", and no server is named. Write [records.postgres] and its address"
        ),
        None => Ok(()),
    }
}

/// Live state on a server wants the server named; a word about its address never quotes it.
fn check_live(live: &Live) -> anyhow::Result<()> {
    match &live.redis {
        Some(server) => crate::live::without_password(server)
            .check()
            .map_err(|fault| anyhow!("live.redis.{fault}")),
        None if live.store == LiveStore::Redis => bail!(
            "live.redis: live.store is \"redis\", and no server is named. Write [live.redis] and its address"
        ),
        None => Ok(()),
    }
}

/// The settings in force, as TOML. They hold no secret, only names of files that hold one.
pub(crate) fn printed(settings: &Settings) -> anyhow::Result<String> {
    toml::to_string_pretty(settings).context("the settings cannot be written")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = include_str!("../../../../config/portique.toml");

    fn none() -> impl Iterator<Item = (String, String)> {
        std::iter::empty()
    }

    #[test]
    fn the_commented_example_is_accepted() {
        parse(GOOD, none()).unwrap();
    }

    #[test]
    fn an_unknown_key_is_fatal_and_named_with_its_line() {
        let bad = GOOD.replacen("[public]", "[public]\nadress = \"x\"", 1);
        let line = bad
            .lines()
            .position(|line| line.starts_with("adress"))
            .unwrap()
            + 1;
        let error = parse(&bad, none()).unwrap_err().to_string();
        assert!(
            error.contains(&format!("line {line}:")) && error.contains("adress"),
            "{error}"
        );
    }

    #[test]
    fn the_environment_wins_and_its_mistakes_are_named() {
        let over = |name: &str, value: &str| std::iter::once((name.to_owned(), value.to_owned()));
        let settings = parse(GOOD, over("PORTIQUE_HASHING__MEMORY_KIB", "20000")).unwrap();
        assert_eq!(settings.hashing.memory_kib, 20_000);
        assert!(parse(GOOD, over("PORTIQUE_HASHING__MEMORY", "20000")).is_err());
        let weak = parse(GOOD, over("PORTIQUE_HASHING__PASSES", "1")).unwrap_err();
        assert!(weak.to_string().contains("hashing"), "{weak}");
    }

    #[test]
    fn a_wrong_redis_setting_is_named_and_its_password_is_not_told() {
        let with = |lines: &str| parse(&format!("{GOOD}\n{lines}"), none());
        let error = with("[live]\nstore = \"redis\"").unwrap_err().to_string();
        assert!(error.contains("live.redis"), "{error}");
        for (lines, word) in [
            ("address = \"redis://:hush@host\"", "password_file"),
            ("address = \"hush\"", "live.redis.address"),
            (
                "address = \"redis://h\"\nprefix = \"é\"",
                "live.redis.prefix",
            ),
            (
                "address = \"redis://h\"\ntimeout_ms = 1",
                "live.redis.timeout_ms",
            ),
        ] {
            let error = with(&format!("[live.redis]\n{lines}")).unwrap_err();
            let error = format!("{error:#}");
            assert!(error.contains(word) && !error.contains("hush"), "{error}");
        }
        let both = "[live]\nstore = \"redis\"\n[live.redis]\naddress = \"redis://h\"";
        let settings = with(both).unwrap();
        assert_eq!(settings.live.store, LiveStore::Redis);
        assert_eq!(settings.live.redis.unwrap().timeout_ms, 2000);
    }

    #[test]
    fn a_wrong_postgres_setting_is_named_and_its_password_is_not_told() {
        let with = |lines: &str| parse(&format!("{GOOD}\n{lines}"), none());
        let error = with("[records]\nstore = \"postgres\"").unwrap_err();
        assert!(error.to_string().contains("records.postgres"), "{error}");
        let good = "address = \"postgresql://u@localhost/db\"";
        for (lines, word) in [
            ("address = \"postgresql://u:hush@h/db\"", "password_file"),
            ("address = \"hush\"", "records.postgres.address"),
            (
                "address = \"postgresql://u@hush/db?sslmode=disable\"",
                "sslmode",
            ),
            (&format!("{good}\nconnections = 1"), "connections"),
            (&format!("{good}\ntimeout_ms = 1"), "timeout_ms"),
        ] {
            let error = with(&format!("[records.postgres]\n{lines}")).unwrap_err();
            let error = format!("{error:#}");
            assert!(error.contains(word) && !error.contains("hush"), "{error}");
        }
        let both = format!("[records]\nstore = \"postgres\"\n[records.postgres]\n{good}");
        let settings = with(&both).unwrap();
        assert_eq!(settings.records.store, RecordStore::Postgres);
        assert_eq!(settings.records.postgres.unwrap().connections, 16);
    }

    #[test]
    fn a_public_http_address_is_refused_away_from_loopback() {
        let bad =
            GOOD.replacen("https://", "http://", 1)
                .replacen("127.0.0.1:8080", "0.0.0.0:8080", 1);
        let error = parse(&bad, none()).unwrap_err().to_string();
        assert!(error.contains("public.address"), "{error}");
    }

    #[test]
    fn only_this_machine_counts_as_this_machine() {
        for own in [
            "http://localhost:80",
            "http://127.0.0.2",
            "http://[::1]:8080",
        ] {
            assert!(is_loopback(own), "{own}");
        }
        for other in [
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "localhost",
            "",
        ] {
            assert!(!is_loopback(other), "{other}");
        }
    }
}
