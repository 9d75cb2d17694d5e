//! A textbook for the pupil that demonstrations speak of: the file of its provider and the file of
//! resources, as their owners would write them.

use crate::Cast;
use portique_domain::CivilDate;

/// Id of the provider.
pub const TEXTBOOK_PROVIDER: &str = "manuels-du-causse";

/// Id of the textbook.
pub const TEXTBOOK: &str = "ark:/99999/causse-maths";

/// The file of the provider, for `portique partner apply`: it receives an opaque identifier, the profile
/// and the UAI, and nothing else. `origin` is where it runs, such as `http://manuels.localhost:8766`.
pub fn provider_file(origin: &str, approved_on: CivilDate) -> String {
    format!(
        r#"# An invented publisher of textbooks. Resources open it; it has no tile of its own.
id = "{TEXTBOOK_PROVIDER}"
name = "Manuels du Causse"
description = "Des manuels numériques à lire en ligne."
provider = "Éditions du Causse"
state = "ouvert"

[legal]
controller = "chef-etablissement"
role = "sous-traitant"
basis = "mission-publique"
references = "Règlement (UE) 2016/679, article 6.1.e."
contract = "DEMO-2026-02"
hosting = "FR"

[access]
profiles = ["National_ELV", "National_ENS", "National_DOC"]
establishments = ["tous"]

[release]
subject = "gar128"
approved_by = "Déléguée fictive à la protection des données"
approved_on = "{approved_on}"

[[release.attributes]]
attribute = "profil"
purpose = "gar"
justification = "Montrer le livre de l’élève ou celui du professeur."
required = true

[[release.attributes]]
attribute = "uai"
purpose = "gar"
justification = "Retrouver l’abonnement de l’établissement."
required = true

[oidc]
client_id = "{TEXTBOOK_PROVIDER}"
auth = "secret"
redirect_uris = ["{origin}/retour"]
post_logout_redirect_uris = ["{origin}/"]
pkce_required = true
id_token_alg = "RS256"
"#
    )
}

/// The file of resources, for `portique resource apply`: one textbook, the subscription of the pupil's
/// establishment from one day to another, and an affectation to her class.
pub fn resource_file(cast: &Cast, origin: &str, from: CivilDate, to: CivilDate) -> String {
    let (uai, class) = (&cast.pupil.uai, &cast.class);
    format!(
        r#"# What the establishment bought, and which class has it; docs/resources.md shows every key.
[[resources]]
id = "{TEXTBOOK}"
title = "Mathématiques du Causse"
description = "Le cours, les exercices et leurs corrigés."
kind = "manuel"
subject = "Mathématiques"
provider = "{TEXTBOOK_PROVIDER}"
access_url = "{origin}/lire/mathematiques"

[[subscriptions]]
id = "causse-maths-{uai}"
resource = "{TEXTBOOK}"
uai = "{uai}"
from = "{from}"
to = "{to}"
audiences = ["ELEVE", "ENSEIGNANT"]
kind = "INDIV"

[[affectations]]
subscription = "causse-maths-{uai}"
class = "{class}"
"#
    )
}
