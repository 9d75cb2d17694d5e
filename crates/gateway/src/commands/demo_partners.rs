//! The partners of the demonstration: declared through the production journeys, with secrets drawn anew at
//! each start, and played by a process of their own.

use super::demo_app;
use crate::folder::write_private;
use crate::wiring::App;
use anyhow::{Context as _, bail};
use portique_demo::Cast;
use portique_demo::app::{AppSettings, Face};
use portique_domain::CivilDate;
use portique_domain::partner::{Partner, PartnerState};
use portique_domain::rights::{Action, AdminGrant};
use portique_journeys::admin::PartnerApplied;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use tokio::process::Child;

/// The partners, each with the path and the sentence of its face.
const PARTNERS: [(&str, &str, &str); 1] = [(
    include_str!("../../../../config/partners/demo-app.toml"),
    "carnet",
    "Un carnet de projets, hors de l’ENT.",
)];

/// The face of the publisher of textbooks.
const TEXTBOOKS: (&str, &str) = ("manuels", "Un éditeur de manuels, hors de l’ENT.");

/// Declares the partners and starts the process that plays them. Gives its address as well.
pub(super) async fn start(app: &App, data: &Path, cast: &Cast) -> anyhow::Result<(Child, String)> {
    let path = data.join("demo-app.toml");
    let port = super::demo::free_port(former_port(&path).unwrap_or(0))
        .or_else(|_| super::demo::free_port(0))?;
    let address = format!("http://127.0.0.1:{port}");
    let mut faces = Vec::new();
    for (file, face, text) in PARTNERS {
        let partner = opened(file, &address, face)?;
        declare(app, &partner).await?;
        faces.push(played(app, partner, face, text).await?);
    }
    let (face, text) = TEXTBOOKS;
    let provider =
        super::demo_textbook::prepare(app, data, cast, &format!("{address}/{face}")).await?;
    faces.push(played(app, provider, face, text).await?);
    let settings = AppSettings {
        issuer: app.journeys.issuer.clone(),
        address: address.clone(),
        faces,
    };
    write_private(&path, toml::to_string(&settings)?.as_bytes())?;
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    Ok((demo_app::start(&path, listen)?, address))
}

/// The port of the last start.
fn former_port(path: &Path) -> Option<u16> {
    let former: AppSettings = toml::from_str(&std::fs::read_to_string(path).ok()?).ok()?;
    former.address.rsplit(':').next()?.parse().ok()
}

/// A pack, opened to everybody it is meant for: what an operator would do after the contract is signed.
fn opened(file: &str, address: &str, face: &str) -> anyhow::Result<Partner> {
    let mut partner = portique_access::document::read(file)?;
    partner.state = PartnerState::Open;
    partner.launch = Some(AppSettings::launch(address, face));
    partner.release.approved_by = Some("Déléguée fictive à la protection des données".to_owned());
    partner.release.approved_on = Some(CivilDate::new(2026, 9, 1)?);
    if let Some(oidc) = &mut partner.oidc {
        oidc.redirect_uris = vec![AppSettings::redirect_uri(address, face)];
        oidc.post_logout_redirect_uris = vec![AppSettings::after_logout(address, face)];
    }
    Ok(partner)
}

async fn declare(app: &App, partner: &Partner) -> anyhow::Result<()> {
    let grant = AdminGrant::of_operator("demo", Action::ManagePartners);
    let now = app.clock.now();
    match app.journeys.apply_partner(&grant, partner, now).await? {
        PartnerApplied::Written(_) => Ok(()),
        PartnerApplied::Refused(faults) => bail!("{} is refused: {faults:?}", partner.id),
        PartnerApplied::ClientIdTaken => bail!("the client id of {} is taken", partner.id),
    }
}

/// The face of a partner, with a secret drawn now; those of former starts are closed.
async fn played(app: &App, partner: Partner, face: &str, text: &str) -> anyhow::Result<Face> {
    let grant = AdminGrant::of_operator("demo", Action::ManagePartners);
    let now = app.clock.now();
    let secret = app
        .journeys
        .draw_partner_secret(&grant, &partner.id, now)
        .await?
        .context("a partner takes no secret")?;
    app.journeys
        .close_partner_secrets(&grant, &partner.id, now)
        .await?;
    let oidc = partner.oidc.context("a partner without OpenID Connect")?;
    Ok(Face {
        path: face.to_owned(),
        title: partner.name,
        text: text.to_owned(),
        client_id: oidc.client_id,
        client_secret: secret,
    })
}
