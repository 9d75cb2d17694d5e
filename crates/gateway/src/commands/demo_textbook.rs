//! The textbook of the demonstration: a provider and a file of resources, written into the folder and
//! applied as an operator would.

use crate::folder::write_private;
use crate::wiring::App;
use anyhow::{Context as _, bail};
use portique_access::{document, resource_document};
use portique_demo::{Cast, TEXTBOOK_PROVIDER, provider_file, resource_file};
use portique_domain::partner::Partner;
use portique_domain::rights::{Action, AdminGrant};
use portique_journeys::ResourcesApplied;
use portique_journeys::admin::PartnerApplied;
use std::path::Path;
use std::time::Duration;

/// Writes both files and applies them; `origin` is where the publisher runs. Gives the provider.
pub(super) async fn prepare(
    app: &App,
    data: &Path,
    cast: &Cast,
    origin: &str,
) -> anyhow::Result<Partner> {
    let now = app.clock.now();
    let today = now.day();
    let next_year = now.plus(Duration::from_hours(366 * 24)).day();
    let provider = provider_file(origin, today);
    let resources = resource_file(cast, origin, today, next_year);
    write_private(
        &data.join(format!("{TEXTBOOK_PROVIDER}.toml")),
        provider.as_bytes(),
    )?;
    write_private(&data.join("resources.toml"), resources.as_bytes())?;
    let partner = document::read(&provider).context("the textbook provider")?;
    let grant = AdminGrant::of_operator("demo", Action::ManagePartners);
    match app.journeys.apply_partner(&grant, &partner, now).await? {
        PartnerApplied::Written(_) => {}
        refused @ (PartnerApplied::Refused(_) | PartnerApplied::ClientIdTaken) => {
            bail!("the textbook provider is refused: {refused:?}")
        }
    }
    let file = resource_document::read(&resources).context("the textbook")?;
    let grant = AdminGrant::of_operator("demo", Action::ManageResources);
    match app.journeys.apply_resources(&grant, file, now).await? {
        ResourcesApplied::Written(..) => Ok(partner),
        refused @ (ResourcesApplied::NoSuchProvider(..)
        | ResourcesApplied::NotTheProviders(..)
        | ResourcesApplied::NoSuchResource(..)) => bail!("the textbook is refused: {refused:?}"),
    }
}
