//! The attributes that aaf §2 lists: read, or dropped on purpose. Any other one is counted as unknown
//! and told in the plan, so that a growing AAF is seen without stopping an import (aaf §7.2).

use crate::name::Category;

#[rustfmt::skip]
const EVERYONE: [&str; 16] = [
    "ENTPersonJointure", "ENTPersonDateNaissance", "ENTPersonNomPatro", "sn", "givenName",
    "ENTPersonAutresPrenoms", "personalTitle", "homePhone", "telephoneNumber", "mail", "mobile",
    "ENTPersonAdresse", "ENTPersonCodePostal", "ENTPersonVille", "ENTPersonPays", "ENTPersonStructRattach",
];

#[rustfmt::skip]
const ESTABLISHMENT: [&str; 23] = [
    "ENTStructureJointure", "ENTStructureUAI", "ENTEtablissementUAI", "ENTStructureSIREN",
    "ENTStructureNomCourant", "ENTStructureTypeStruct", "ENTStructureCodeTypeStruct",
    "ENTEtablissementMinistereTutelle", "ENTEtablissementCodeMinistereTutelle",
    "ENTEtablissementContrat", "postOfficeBox", "street", "postalCode", "l", "telephoneNumber",
    "facsimileTelephoneNumber", "ENTStructureMailSI", "ENTEtablissementStructRattachFctl",
    "ENTEtablissementBassin", "ENTServAcAcademie", "ENTServAcCodeAcademie", "ENTStructureClasses",
    "ENTStructureGroupes",
];

#[rustfmt::skip]
const MATIERE: [&str; 3] = ["ENTMatJointure", "ENTLibelleMatiere", "ENTMatiereRattach"];

#[rustfmt::skip]
const MEF: [&str; 6] = [
    "ENTMefJointure", "ENTLibelleMef", "ENTMEFRattach", "ENTMEFSTAT11", "ENTNivFormation", "ENTFiliere",
];

#[rustfmt::skip]
const PUPIL: [&str; 30] = [
    "ENTEleveINE", "ENTEleveStructRattachId", "ENTEleveStructureRattachIdMEN", "ENTElevePersRelEleve",
    "ENTEleveAdresseRel", "ENTEleveBoursier", "ENTEleveTransport", "ENTEleveRegime",
    "ENTEleveStatutEleve", "ENTEleveMEF", "ENTEleveLibelleMEF", "ENTEleveNivFormation",
    "ENTEleveFiliere", "ENTEleveCodeEnseignements", "ENTEleveEnseignements", "ENTEleveClasses",
    "ENTEleveGroupes", "ENTEleveDateEntreeClasses", "ENTEleveDateSortieClasses",
    "ENTEleveDateEntreeStructRattach", "ENTEleveDateSortieStructRattach",
    "ENTEleveEnseignementsEtablissementsAccueil", "ENTEleveParents", "ENTElevePere", "ENTEleveMere",
    "ENTEleveAutoriteParentale", "ENTElevePersRelEleve1", "ENTElevePersRelEleve2",
    "ENTEleveQualitePersRelEleve1", "ENTEleveQualitePersRelEleve2",
];

#[rustfmt::skip]
const RELATIVE: [&str; 3] = ["ENTPersonMobileSMS", "ENTPersonAdresseDiffusion", "ENTAuxPersRelEleveEleve"];

#[rustfmt::skip]
const STAFF: [&str; 24] = [
    "ENTPersonFonctions", "ENTAuxEnsCategoDiscipline", "ENTAuxEnsDisciplinesPoste", "ENTAuxEnsMEF",
    "ENTAuxEnsMatiereEnseignEtab", "ENTAuxEnsClasses", "ENTAuxEnsGroupes", "ENTAuxEnsClassesMatieres",
    "ENTAuxEnsGroupesMatieres", "ENTAuxEnsClassesPrincipal", "ENTEnsFonctionDir",
    "ENTPersonCategorieEnseignant", "PersEducNatPresenceDevantEleves", "ENTEnsSpecialites",
    "ENTPersonSTSId", "ENTPersonStructRattachDate", "ENTAuxEnsCategoDisciplineDate",
    "ENTAuxEnsMEFDate", "ENTAuxEnsClassesMatieresDate", "ENTAuxEnsGroupesMatieresDate",
    "ENTAuxEnsClassesPrincipalDate", "ENTPersonFonctionsDate", "ENTPersonCategorieEnseignantDate",
    "ENTEnsFonctionDirDate",
];

/// Whether the sheet knows this attribute in this category.
pub(crate) fn knows(category: Category, name: &str) -> bool {
    match category {
        Category::Establishment => ESTABLISHMENT.contains(&name),
        Category::Matiere => MATIERE.contains(&name),
        Category::Mef => MEF.contains(&name),
        Category::Pupil => EVERYONE.contains(&name) || PUPIL.contains(&name),
        Category::Relative => EVERYONE.contains(&name) || RELATIVE.contains(&name),
        Category::Staff => EVERYONE.contains(&name) || STAFF.contains(&name),
    }
}

/// The attribute that repeats the id of the record.
pub(crate) const fn id_attribute(category: Category) -> &'static str {
    match category {
        Category::Establishment => "ENTStructureJointure",
        Category::Matiere => "ENTMatJointure",
        Category::Mef => "ENTMefJointure",
        Category::Pupil | Category::Relative | Category::Staff => "ENTPersonJointure",
    }
}
