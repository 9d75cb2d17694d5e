//! What an operator has to know once a partner is written: names in the file that nobody bears, and the
//! secret that is still to be drawn. Nothing of it refuses the file.

use crate::wiring::App;
use portique_domain::partner::{ClientAuth, Partner, PartnerState, Reach};

/// What to tell, each with its remedy; empty when there is nothing.
pub(super) async fn look_after(app: &App, partner: &Partner) -> anyhow::Result<Vec<String>> {
    let stores = &app.journeys.stores;
    let mut out = Vec::new();
    let mut places = match &partner.access.establishments {
        Reach::Only(list) => list.clone(),
        Reach::All => Vec::new(),
    };
    if let PartnerState::OpenTo(uai) = &partner.state {
        places.push(uai.clone());
    }
    places.sort();
    places.dedup();
    for uai in places {
        if stores
            .establishments
            .establishment_by_uai(&uai)
            .await?
            .is_none()
        {
            out.push(format!(
                "{uai} is no establishment of this instance so far: it opens for nobody there until a feed brings it. Check it, if that is not meant"
            ));
        }
    }
    for login in &partner.access.testers {
        if stores.accounts.account_by_login(login).await?.is_none() {
            out.push(format!(
                "access.testers: there is no account {login} so far. Correct the login, if that is not meant"
            ));
        }
    }
    let Some(found) = stores.partners.partner(&partner.id).await? else {
        return Ok(out);
    };
    match found.partner.oidc {
        Some(oidc) if oidc.auth == ClientAuth::Secret && oidc.secrets.is_empty() => {
            out.push(format!(
                "it has no secret yet. Draw one: portique partner secret {}",
                partner.id
            ));
        }
        None if partner.launch.is_none() => out.push(
            "it has neither [oidc] nor launch, so nothing of it opens. Add one of them".to_owned(),
        ),
        Some(_) | None => {}
    }
    Ok(out)
}
