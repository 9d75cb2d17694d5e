use super::*;

#[test]
fn names_of_the_field_are_understood() {
    let table = [
        (
            "ENT2DVA-ENT16_Complet_20240916_PersEducNat_0000.xml",
            Category::Staff,
            Some("2024-09-16"),
        ),
        (
            "FULL_ENTTSSERVICES_Complet_20130117_Eleve_0003.xml",
            Category::Pupil,
            Some("2013-01-17"),
        ),
        (
            "clean-FULL_ENTTSSERVICES_Complet_20130117_PersRelEleve_0000.xml",
            Category::Relative,
            Some("2013-01-17"),
        ),
        (
            "ENT_0999901Z_Complet_20200101_EtabEducNat_0000.xml",
            Category::Establishment,
            Some("2020-01-01"),
        ),
        (
            "academie-091/ENT_Complet_20200101_Eleve_0000.xml",
            Category::Pupil,
            Some("2020-01-01"),
        ),
        (
            "ENT2DVA-ENT99_Complet_20240902_MatiereEducNat_0000.xml",
            Category::Matiere,
            Some("2024-09-02"),
        ),
        ("MefEducNat_0001.xml", Category::Mef, None),
    ];
    for (name, category, date) in table {
        let file = FileName::parse(name).unwrap();
        assert_eq!(file.category, category, "{name}");
        assert_eq!(
            file.date.map(|date| date.to_string()).as_deref(),
            date,
            "{name}"
        );
        let degree = name.starts_with("ENT2D").then_some(Degree::Second);
        assert_eq!((file.kind, file.degree), (Kind::Full, degree), "{name}");
    }
}

#[test]
fn deltas_and_first_degree_are_told_apart() {
    let delta = FileName::parse("ENT2DVA-ENT99_Delta_20240903_Eleve_0000.xml").unwrap();
    assert_eq!(delta.kind, Kind::Delta);
    let first = FileName::parse("ENT1D-ENT99_Complet_20240903_Eleve_0000.xml").unwrap();
    assert_eq!(first.degree, Some(Degree::First));
}

#[test]
fn other_files_are_ignored() {
    for name in [
        "ficAlimMENESR.dtd",
        "Eleve_0000.xml",
        "ENT_Complet_20200101_Eleve_.xml",
        "ENT_Complet_20200101_Eleve_0000.xml.sha256",
        "._ENT_Complet_20200101_Eleve_0000.xml",
        "",
    ] {
        assert_eq!(FileName::parse(name), None, "{name}");
    }
}

#[test]
fn files_come_in_the_order_of_their_references() {
    let arranged = arrange([
        "ENT_Complet_20200101_PersEducNat_0000.xml",
        "ENT_Complet_20200101_Eleve_0010.xml",
        "ENT_Complet_20200101_PersRelEleve_0000.xml",
        "ENT_Complet_20200101_Eleve_0002.xml",
        "ENT_Complet_20200101_EtabEducNat_0000.xml",
        "ficAlimMENESR.dtd",
    ]);
    let order: Vec<(Category, u32)> = arranged
        .files
        .iter()
        .map(|f| (f.category, f.sequence))
        .collect();
    assert_eq!(
        order,
        [
            (Category::Establishment, 0),
            (Category::Pupil, 2),
            (Category::Pupil, 10),
            (Category::Relative, 0),
            (Category::Staff, 0)
        ]
    );
    assert_eq!(arranged.ignored, ["ficAlimMENESR.dtd"]);
}

#[test]
fn the_archive_around_tells_what_the_name_does_not() {
    let around = FileName::parse("ENT1DVA.20240916.Delta.tgz/ENT_Eleve_0000.xml").unwrap();
    assert_eq!(
        (around.degree, around.kind),
        (Some(Degree::First), Kind::Delta)
    );
    assert_eq!(around.date.unwrap().to_string(), "2024-09-16");
    let own = "ENT1DVA.20240916.Delta.tgz/ENT2D_Complet_20240917_Eleve_0000.xml";
    let own = FileName::parse(own).unwrap();
    assert_eq!((own.degree, own.kind), (Some(Degree::Second), Kind::Full));
    assert_eq!(own.date.unwrap().to_string(), "2024-09-17");
}

fn labels(names: &[&str]) -> Vec<(String, usize)> {
    deliveries(names)
        .found
        .into_iter()
        .map(|delivery| (delivery.label, delivery.files.len()))
        .collect()
}

fn counted(labels: &[(&str, usize)]) -> Vec<(String, usize)> {
    labels
        .iter()
        .map(|(label, files)| ((*label).to_owned(), *files))
        .collect()
}

#[test]
fn several_academies_degrees_kinds_and_days_in_one_folder_are_told_apart() {
    assert_eq!(
        labels(&[
            "ENT2DVA-ENT16_Complet_20240916_Eleve_0000.xml",
            "ENT2DVA-ENT16_Complet_20240916_EtabEducNat_0000.xml",
            "ENT2DVA-ENT09_Complet_20240916_Eleve_0000.xml",
            "ENT1D-ENT16_Complet_20240916_Eleve_0000.xml",
            "ENT2DVA-ENT16_Delta_20240917_Eleve_0000.xml",
            "ENT2DVA-ENT16_Complet_20240917_Eleve_0000.xml",
            "agricole/ENT2DVA-ENT16_Complet_20240916_Eleve_0000.xml",
        ]),
        counted(&[
            ("ENT1D-ENT16_Complet_20240916", 1),
            ("ENT2DVA-ENT09_Complet_20240916", 1),
            ("ENT2DVA-ENT16_Complet_20240916", 2),
            ("ENT2DVA-ENT16_Complet_20240917", 1),
            ("ENT2DVA-ENT16_Delta_20240917", 1),
            ("agricole/ENT2DVA-ENT16_Complet_20240916", 1),
        ])
    );
}

#[test]
fn the_schools_of_one_flux_are_one_delivery() {
    assert_eq!(
        labels(&[
            "ENT_0999901Z_Complet_20240916_Eleve_0000.xml",
            "ENT_0999902A_Complet_20240916_Eleve_0000.xml",
            "ENT_0999902A_Complet_20240916_MatiereEducNat_0000.xml",
        ]),
        counted(&[("ENT_Complet_20240916", 3)])
    );
}

#[test]
fn a_full_delivery_written_over_midnight_is_one() {
    assert_eq!(
        labels(&[
            "ENT2D_Complet_20240916_EtabEducNat_0000.xml",
            "ENT2D_Complet_20240917_Eleve_0000.xml",
        ]),
        counted(&[("ENT2D_Complet_20240917", 2)])
    );
    // Deltas are never joined, nor days apart.
    assert_eq!(
        labels(&[
            "ENT2D_Delta_20240916_EtabEducNat_0000.xml",
            "ENT2D_Delta_20240917_Eleve_0000.xml",
            "ENT2D_Complet_20240910_EtabEducNat_0000.xml",
            "ENT2D_Complet_20240917_Eleve_0000.xml",
        ])
        .len(),
        4
    );
}
