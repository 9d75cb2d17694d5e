//! `portique demo`: a fictitious region, everything embedded, safe by construction (house §4.18):
//! loopback only, invented people, and fresh keys, codes and links for each data folder.

use super::demo_folder::{ours, reset, wipe};
use super::demo_screen::{Letter, json_line, screen};
use super::feed::import;
use super::feed_generate::write_region;
use crate::chance::{MovedClock, SystemClock, SystemEntropy};
use crate::folder::{DataFolder, Hold, demo_mark, write_private};
use crate::out::{Frame, Out, show};
use crate::settings;
use crate::wiring::{App, wire};
use anyhow::{Context as _, bail};
use clap::Args;
use portique_demo::{Cast, Member, Region};
use portique_domain::CivilDate;
use portique_domain::account::AccountState;
use portique_domain::identity::{Names, SourceKey, SourceName};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_journeys::Clock;
use portique_journeys::admin::InvitationDraft;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const CHARTERS: [&str; 2] = [
    include_str!("../../../../config/charters/usagers.toml"),
    include_str!("../../../../config/charters/personnels.toml"),
];

/// What kind of demonstration.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Throw the former demonstration away and start anew
    #[arg(long)]
    reset: bool,
    /// Port on 127.0.0.1; a free one when 0 or left out
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How many invented people
    #[arg(long, default_value_t = 5000)]
    persons: u64,
    /// Same seed, same people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Use JSESSIONID, SERVERID, ENTMIPKDE-TOKEN as cookie names
    #[arg(long)]
    kdecole: bool,
    /// Move the clock by so many days, to see codes and logs grow old
    #[arg(long, default_value_t = 0)]
    days_ahead: i64,
    /// Print one JSON object instead of the screen
    #[arg(long)]
    json: bool,
}

/// What marks a demonstration's folder, and what it needs to come up the same.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    seed: u64,
    persons: u64,
    /// The first start came to its end. Without it the next start begins anew.
    #[serde(default)]
    ready: bool,
}

/// Runs the demonstration until a signal ends it.
pub(crate) async fn run(args: DemoArgs, data: Option<PathBuf>) -> anyhow::Result<u8> {
    let data = data.unwrap_or_else(|| PathBuf::from("var/demo"));
    let data = std::path::absolute(&data).context("the data folder")?;
    ours(&data)?;
    if args.reset {
        reset(&data)?;
    }
    let folder = match DataFolder::hold(&data)? {
        Hold::Ours(folder) => folder,
        Hold::Theirs => bail!(
            "a demonstration runs on {} already. Stop it, or give another folder with --data",
            data.display()
        ),
    };
    let mut mark = read_mark(&args, &data)?;
    let first = !mark.ready;
    if first {
        // A first start that was cut off left half a region: it starts anew.
        wipe(&data)?;
    }
    // From here on the folder is known as ours, whatever ends the process.
    write_private(&demo_mark(&data), toml::to_string(&mark)?.as_bytes())?;
    if !first && (mark.seed, mark.persons) != (args.seed, args.persons) && !args.json {
        show(Frame::Err(
            "Région gardée : --persons et --seed ne comptent qu’au premier départ (ou avec --reset).".to_owned(),
        ));
    }
    let settings = settings_for(&args, &data)?;
    crate::logs::start(&settings.logs);
    let listeners = crate::serve::Listeners::bind(&settings)?;
    let root_path = data.join("root.key");
    if !root_path.exists() {
        crate::keys::make_root_key(&root_path, &SystemEntropy)?;
    }
    let root = crate::keys::read_root_key(&root_path)?;
    let clock: Arc<dyn Clock> = if args.days_ahead == 0 {
        Arc::new(SystemClock)
    } else {
        Arc::new(MovedClock(args.days_ahead.saturating_mul(86_400_000)))
    };
    let app = Arc::new(wire(settings, folder, &root, clock).await?);
    let region = Region::new(mark.seed, mark.persons);
    if first {
        prepare(&app, &data, &mark, args.json).await?;
    }
    let cast = region
        .cast()
        .context("this region is too small to show anybody: give more --persons")?;
    let letters = letters(&app, &cast).await?;
    let link = if first {
        Some(invite(&app).await?)
    } else {
        None
    };
    // It ends with this handle.
    let (_application, application) = super::demo_partners::start(&app, &data, &cast).await?;
    mark.ready = true;
    write_private(&demo_mark(&data), toml::to_string(&mark)?.as_bytes())?;
    let screen = if args.json {
        json_line(&app, &letters, link.as_deref(), &application)?
    } else {
        screen(&app, &letters, link.as_deref(), &application)
    };
    crate::serve::run(app, listeners, move || {
        show(Frame::Out(screen));
    })
    .await?;
    Ok(0)
}

fn read_mark(args: &DemoArgs, data: &Path) -> anyhow::Result<Mark> {
    match std::fs::read_to_string(demo_mark(data)) {
        Ok(text) => toml::from_str(&text).with_context(|| {
            format!(
                "{} is damaged: start with --reset",
                demo_mark(data).display()
            )
        }),
        Err(_) => Ok(Mark {
            seed: args.seed,
            persons: args.persons,
            ready: false,
        }),
    }
}

/// A free port of the loopback address: the one asked for, the one used last, or any.
pub(super) fn free_port(wanted: u16) -> anyhow::Result<u16> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, wanted)))
        .map_err(|_| anyhow::anyhow!("port {wanted} is taken on this machine: give another --port, or none for a free one"))?;
    Ok(listener.local_addr()?.port())
}

/// Writes and reads the settings of the folder, so that every other command finds them with --data.
fn settings_for(args: &DemoArgs, data: &Path) -> anyhow::Result<settings::Settings> {
    let path = data.join("portique.toml");
    let former = settings::load(&path).ok();
    let port = match (args.port, &former) {
        (0, Some(former)) => free_port(former.public.listen.port()).or_else(|_| free_port(0))?,
        (wanted, _) => free_port(wanted)?,
    };
    let management = match &former {
        Some(former) => free_port(former.management.listen.port()).or_else(|_| free_port(0))?,
        None => free_port(0)?,
    };
    let kdecole = args.kdecole
        || former.is_some_and(|former| former.public.cookies == settings::CookiePreset::Kdecole);
    let text = format!(
        r#"# Written by portique demo at each start; change nothing here.
[public]
address = "http://localhost:{port}"
listen = "127.0.0.1:{port}"
cookies = "{cookies}"
{node}
[management]
listen = "127.0.0.1:{management}"
[data]
folder = {folder:?}
[keys]
root_key_file = {root:?}
# Partners of a trial may be told on this machine itself.
[events]
networks = ["127.0.0.0/8", "::1/128"]
[instance]
name = "ENT de Valserène"
subtitle = "Démonstration : personnes et lieux inventés"
accessibility = "partial"
[instance.support]
name = "Assistance de l’ENT"
phone = "05 36 49 12 00"
mail = "assistance@ent-valserene.example"
[instance.legal]
publisher = "Région fictive de Valserène"
publication_director = "La présidente de la région fictive"
host = "Votre propre machine"
contact = "contact@ent-valserene.example"
data_controller = "Personne : tout est inventé"
data_protection_officer = "Déléguée fictive à la protection des données"
data_protection_mail = "dpd@ent-valserene.example"
[[instance.links]]
title = "Transports scolaires"
icon = "bus"
address = "https://transports.example"
note = "Lignes et horaires"
[[instance.links]]
title = "Menus de la cantine"
icon = "fork"
address = "https://cantine.example"
note = "La semaine à table"
[mail]
folder = {mails:?}
from = "ne-pas-repondre@ent-valserene.example"
[logs]
level = "warn"
"#,
        cookies = if kdecole { "kdecole" } else { "default" },
        node = if kdecole { "node_hint = \"n1\"" } else { "" },
        folder = data.display().to_string(),
        root = data.join("root.key").display().to_string(),
        mails = data.join("mails").display().to_string(),
    );
    write_private(&path, text.as_bytes())?;
    settings::load(&path)
}

async fn prepare(app: &App, data: &Path, mark: &Mark, quiet: bool) -> anyhow::Result<()> {
    let tell = |text: &str| {
        if !quiet {
            show(Frame::Err(text.to_owned()));
        }
    };
    tell("Première fois : une région fictive s’installe…");
    let feeds = data.join("feeds");
    let first_day = CivilDate::new(2026, 9, 1).context("a date")?;
    write_region(&feeds, mark.seed, mark.persons, first_day)?;
    // Progress goes nowhere: the whole takes a few seconds.
    let (out, _frames) = Out::new();
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&feeds)?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    folders.sort_unstable();
    for folder in folders {
        let rows = import(app, &folder, &out).await?;
        tell(&format!(
            "  {} : {rows} lignes",
            folder.file_name().unwrap_or_default().to_string_lossy()
        ));
    }
    let grant = AdminGrant::of_operator("demo", Action::PublishCharter);
    for text in CHARTERS {
        let draft = super::charter::read(text)?;
        app.journeys
            .publish_charter(&grant, draft, app.clock.now())
            .await?;
    }
    Ok(())
}

async fn invite(app: &App) -> anyhow::Result<String> {
    let draft = InvitationDraft {
        names: Names {
            first: "Ariane".to_owned(),
            last: "Rectorat".to_owned(),
            birth: String::new(),
        },
        login: None,
        perimeter: Perimeter::Instance,
        actions: Action::ALL.to_vec(),
        reason: "démonstration".to_owned(),
        duration: Duration::from_hours(24 * 365),
    };
    let grant = AdminGrant::of_operator("demo", Action::Grant);
    let (link, _) = app
        .journeys
        .invite_admin(&grant, draft, app.clock.now())
        .await?;
    Ok(link)
}

async fn letters(app: &App, cast: &Cast) -> anyhow::Result<Vec<Letter>> {
    let child = cast
        .parent
        .children
        .first()
        .and_then(|child| child.birth_date);
    Ok(vec![
        letter(app, "pupil", &cast.pupil, cast.pupil.birth_date).await?,
        letter(app, "parent", &cast.parent.person, child).await?,
        letter(app, "teacher", &cast.teacher, cast.teacher.birth_date).await?,
    ])
}

async fn letter(
    app: &App,
    who: &'static str,
    member: &Member,
    birth_date: Option<CivilDate>,
) -> anyhow::Result<Letter> {
    let key = SourceKey {
        source: SourceName::aaf(),
        academy: member.academy,
        id: member.id.clone(),
    };
    let stores = &app.journeys.stores;
    let person = stores.people.person_by_key(&key).await?.with_context(|| {
        format!("the {who} of the demonstration is missing: start with --reset")
    })?;
    let account = stores
        .accounts
        .account(person.id)
        .await?
        .context("an account is missing: start with --reset")?;
    let grant = AdminGrant::of_operator("demo", Action::IssueCode);
    // Codes exist in clear on letters only; each start writes new letters for whoever has not come yet.
    let code = if account.state == AccountState::ToActivate {
        app.journeys
            .issue_code(&grant, person.id, &super::visit(app))
            .await?
            .map(|issued| issued.code.to_string())
    } else {
        None
    };
    Ok(Letter {
        who,
        name: format!("{} {}", person.names.first, person.names.last),
        username: account.login.to_string(),
        code,
        birth_date: birth_date.map(|date| date.to_string()).unwrap_or_default(),
    })
}
