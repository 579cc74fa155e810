//! Two files of the real model: the architecture refers to ids that the brief declares.

use groundplan_syntax::{Hooks, SourceFile, load};
use model::{Finding, Severity};

const BRIEF: &str = "name: post\npurpose: Sell parcels.\ndomain:\n  entities:\n    parcel: {fields: {number: {type: text}}}\n";
const ARCHITECTURE: &str = "components:\n  db: {kind: store, technology: postgresql}\ndata:\n  parcels: {store: db, entity: parcl}\n";

#[test]
fn ids_of_the_brief_are_known_to_the_architecture() {
    let brief = load::<model::Brief>(&[SourceFile::new("brief.yaml", BRIEF)], &Hooks::model());
    assert!(brief.findings.is_empty(), "{:?}", brief.findings);
    let files = [SourceFile::new("architecture.yaml", ARCHITECTURE)];
    let dangling = |findings: &[Finding]| -> Vec<String> {
        findings
            .iter()
            .filter(|f| f.rule == "dangling-reference")
            .map(|f| f.remedy.clone())
            .collect()
    };
    let alone = load::<model::Architecture>(&files, &Hooks::model());
    assert!(dangling(&alone.findings).is_empty(), "{:?}", alone.findings);
    let both = load::<model::Architecture>(&files, &Hooks::model().with_known(&brief.ids));
    println!("{:?}", both.findings);
    assert_eq!(dangling(&both.findings), ["Did you mean `parcel`?"]);
}

#[test]
fn findings_of_stages_get_their_places() {
    let brief = load::<model::Brief>(&[SourceFile::new("brief.yaml", BRIEF)], &Hooks::model());
    let mut finding = Finding::new(
        "x",
        Severity::Minor,
        "domain.entities.parcel.fields.number.type",
        "m",
    )
    .related("domain.entities.parcel.key", "not written");
    brief.map.resolve(&mut finding);
    let span = finding.place.span.unwrap();
    assert_eq!((&BRIEF[span.start..span.end], span.line), ("text", 5));
    let near = finding.related[0].place.span.unwrap();
    assert_eq!(&BRIEF[near.start..near.end], "parcel");
    assert_eq!(
        brief.map.path_at("brief.yaml", span.start),
        Some("domain.entities.parcel.fields.number.type".to_string())
    );
}
