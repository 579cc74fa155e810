//! The embedded facts hold what the vocabulary and the laws of the house promise.

use groundplan_knowledge::*;

fn known() -> &'static Knowledge {
    Knowledge::embedded()
}

#[test]
fn embedded_data_has_no_fault() {
    let faults: Vec<String> = Knowledge::embedded_findings()
        .iter()
        .map(|f| {
            let line = f.place.span.map_or(0, |span| span.line);
            format!("{}:{line}: {} ({})", f.place.path, f.message, f.remedy)
        })
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_file_became_a_technology_or_a_price_list() {
    let technologies = known()
        .technologies()
        .iter()
        .map(|t| format!("{}.toml", t.id));
    let mut names: Vec<String> = technologies.collect();
    let mut files: Vec<String> = raw("technologies")
        .iter()
        .map(|(name, _)| (*name).to_string())
        .collect();
    names.sort();
    files.sort();
    assert_eq!(names, files);
    assert!(names.len() >= 25, "only {} technologies", names.len());
    assert_eq!(known().price_lists().len(), raw("prices").len());
}

#[test]
fn ids_are_sorted_and_unique() {
    let ids: Vec<&str> = known()
        .technologies()
        .iter()
        .map(|t| t.id.as_str())
        .collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
}

fn check_source(of: &str, source: &Source) {
    assert!(
        !source.title.is_empty() && !source.date.is_empty(),
        "{of}: {source:?}"
    );
    match &source.url {
        Some(url) => assert!(url.starts_with("https://"), "{of}: {url}"),
        None => assert!(
            source.title.contains("measured here"),
            "{of}: {source:?} has no address"
        ),
    }
}

#[test]
fn every_number_has_source_and_date() {
    for t in known().technologies() {
        for demand in &t.demands {
            check_source(&t.id, &demand.source);
            assert!(
                demand.cpu_us.is_none() || demand.hardware.is_some(),
                "{}",
                t.id
            );
            let here = demand.source.title.contains("measured here");
            assert_eq!(here, demand.kind == Kind::Measured, "{}: {demand:?}", t.id);
        }
        t.limits
            .iter()
            .for_each(|limit| check_source(&t.id, &limit.source));
        t.throughputs
            .iter()
            .for_each(|each| check_source(&t.id, &each.source));
        t.availabilities
            .iter()
            .for_each(|each| check_source(&t.id, &each.source));
    }
    for list in known().price_lists() {
        for item in &list.items {
            check_source(&item.id, &item.source);
            assert!(
                item.price > 0.0 && item.currency == list.currency,
                "{}",
                item.id
            );
            // A price from elsewhere says that it is an approximation.
            let note = item.note.as_deref().unwrap_or("");
            assert!(
                item.region == list.region || note.contains("approximation"),
                "{}",
                item.id
            );
        }
    }
}

#[test]
fn managed_by_cloud_means_an_offering_and_a_judged_burden() {
    for t in known().technologies() {
        let managed = t.has(Capability::ManagedByCloud);
        assert_eq!(managed, !t.offerings.is_empty(), "{}: offerings", t.id);
        assert_eq!(
            managed,
            t.burden.managed.is_some(),
            "{}: managed burden",
            t.id
        );
        assert!(managed || t.self_hostable(), "{}: nobody can run it", t.id);
        // What no one may run themselves is proprietary, and the other way round.
        assert_eq!(
            t.licence == "proprietary",
            !t.self_hostable(),
            "{}: licence",
            t.id
        );
    }
}

#[test]
fn limits_carry_units_that_fit_their_names() {
    for t in known().technologies() {
        for limit in &t.limits {
            let name = limit.name.word();
            let fits = match limit.unit {
                Unit::Bytes => name.ends_with("-bytes"),
                Unit::Seconds => name.ends_with("-s") && !name.ends_with("-per-s"),
                Unit::BytesPerSecond => name.ends_with("-bytes-per-s"),
                Unit::PerSecond => name.ends_with("-per-s") && !name.contains("bytes"),
                Unit::Count => !name.ends_with("-bytes") && !name.ends_with("-s"),
                Unit::Milliseconds | Unit::PerSecondPerCore | Unit::Percent => false,
            };
            assert!(fits, "{}: {name} in {}", t.id, limit.unit);
        }
    }
}

#[test]
fn runtimes_name_their_languages() {
    for t in known().technologies() {
        assert_eq!(t.plays(Role::Runtime), !t.languages.is_empty(), "{}", t.id);
    }
}

#[test]
fn search_by_role_and_capabilities_is_exact_and_ordered() {
    let needed = [Capability::Relational, Capability::SkipLocked];
    let found = known().with_capabilities(Role::Store, &needed);
    assert!(found.len() >= 2);
    assert!(found.windows(2).all(|pair| pair[0].id < pair[1].id));
    for t in known().technologies() {
        let fits = t.plays(Role::Store) && needed.iter().all(|c| t.has(*c));
        assert_eq!(fits, found.iter().any(|f| f.id == t.id), "{}", t.id);
    }
    // Every role that a design may ask for has a candidate.
    for role in Role::ALL {
        assert!(
            !known().with_capabilities(*role, &[]).is_empty(),
            "nothing plays {role}"
        );
    }
}

#[test]
fn people_may_use_their_own_words() {
    for (word, id) in [
        ("Postgres", "postgresql"),
        ("k8s", "kubernetes"),
        ("golang", "go"),
    ] {
        assert_eq!(
            known().technology(word).map(|t| t.id.as_str()),
            Some(id),
            "{word}"
        );
    }
    assert!(known().technology("no such thing").is_none());
}

#[test]
fn a_plain_machine_can_be_had_in_every_usual_size() {
    for list in known().price_lists() {
        for vcpu in [2.0, 4.0, 8.0, 16.0, 32.0, 48.0] {
            let item = list.cheapest(Family::Vm, vcpu, 0.0);
            assert!(
                item.is_some_and(|i| i.vcpu >= Some(vcpu)),
                "{}: {vcpu} vCPU",
                list.id
            );
        }
    }
}

#[test]
fn the_cheapest_item_is_the_cheapest() {
    for list in known().price_lists() {
        for family in Family::ALL {
            let Some(best) = list.cheapest(*family, 4.0, 8.0) else {
                continue;
            };
            assert!(!best.burstable, "{}", best.id);
            for item in list.family(*family).filter(|item| !item.burstable) {
                if item.vcpu >= Some(4.0) && item.memory_gib >= Some(8.0) {
                    assert!(
                        best.monthly() <= item.monthly(),
                        "{} beats {}",
                        item.id,
                        best.id
                    );
                }
            }
        }
    }
}

/// Prices that were published elsewhere, apart from the lists (infracost's fixtures, 730 hours).
#[test]
fn monthly_prices_agree_with_published_ones() {
    let list = known().prices("aws-eu-central-1").expect("embedded");
    let month = |id: &str| list.item(id).and_then(PriceItem::monthly).expect(id);
    for (id, published) in [
        ("t3-medium", 30.37),
        ("t3-large", 60.74),
        ("nat-gateway", 32.85),
        ("alb", 16.43),
    ] {
        assert!(
            (month(id) - published).abs() < 0.01,
            "{id}: {} not {published}",
            month(id)
        );
    }
    let unit = list.item("alb-capacity").and_then(PriceItem::monthly);
    assert_eq!(unit.map(|price| (price * 100.0).round()), Some(584.0));
}

#[test]
fn offerings_are_billed_by_families_that_a_list_knows() {
    for t in known().technologies() {
        for offering in &t.offerings {
            let lists = known()
                .price_lists()
                .iter()
                .filter(|l| l.cloud == offering.cloud);
            for list in lists {
                for family in &offering.prices {
                    let found = list.family(*family).any(|item| item.is_for(&t.id));
                    assert!(found, "{}: no {family} in {}", offering.id, list.id);
                }
            }
        }
    }
}

#[test]
fn raw_gives_folders_by_name() {
    assert!(
        raw("technologies")
            .iter()
            .any(|(name, text)| name.ends_with(".toml") && !text.is_empty())
    );
    assert!(raw("no-such-folder").is_empty());
}
