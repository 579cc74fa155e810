//! What a condition finds rows by: columns of their own table, after the related rows that it speaks of.

use model::Expr;

use super::*;

/// Columns that a condition fixes by equality.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Fixed {
    pub by: Vec<String>,
    /// They are keys of as many rows as other rows led to.
    pub many: bool,
}

/// How often related rows are looked up, and about how many of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Often {
    pub rows: f64,
    pub probability: f64,
}

impl Tracer<'_> {
    /// The columns of an entity's table that a condition fixes. Rows of other tables that it speaks of
    /// (`parcel.number = input.number`) are looked up, and lead there by their keys.
    pub(super) fn fixed_by(&mut self, entity: &str, condition: &Expr, often: Often) -> Fixed {
        let mut all = Fixed::default();
        for path in condition.equality_paths() {
            let found = self.fixed_by_path(entity, path, often);
            all.many |= found.many;
            add_columns(&mut all.by, found.by);
        }
        all
    }

    fn fixed_by_path(&mut self, entity: &str, path: &[String], often: Often) -> Fixed {
        let Some((name, rest)) = path.split_first() else {
            return Fixed::default();
        };
        let relation = self.entity(entity).and_then(|e| e.relations.get(name));
        let Some(other) = relation.map(|relation| relation.to.0.clone()) else {
            return match rest {
                [] => Fixed {
                    by: self.columns(entity, name),
                    many: false,
                },
                _ => Fixed::default(),
            };
        };
        let link = (entity.to_string(), name.clone());
        let Some(link) = self.schema.links.get(&link).cloned() else {
            // Several rows may refer to one of the others.
            let each = self.entity(&other).and_then(|other| {
                let back = other.relations.values();
                back.filter(|back| back.many && back.to == *entity)
                    .find_map(|back| back.mean)
            });
            let often = Often {
                rows: (often.rows / each.unwrap_or(1.0)).round().max(1.0),
                ..often
            };
            let found = self.find(&other, rest, often);
            return found.map_or_else(Fixed::default, |many| Fixed {
                by: self.columns(entity, name),
                many,
            });
        };
        let by = if !link.separate && !rest.is_empty() {
            // The linked rows themselves refer to this one.
            self.fixed_by_path(&other, rest, often).by
        } else if self.find(&other, rest, often).is_some() {
            link.far
        } else {
            Vec::new()
        };
        if by.is_empty() {
            return Fixed::default();
        }
        self.look_up(link.table, by, often);
        Fixed {
            by: self.key_of(entity),
            many: true,
        }
    }

    /// Finds the keys of an entity's rows of which `path` is fixed; they are looked up where it is
    /// something else than the key. Whether they are many; `None` where nothing leads to them.
    fn find(&mut self, entity: &str, path: &[String], often: Often) -> Option<bool> {
        if path.is_empty() {
            return Some(false);
        }
        let Fixed { by, many } = self.fixed_by_path(entity, path, often);
        if by.is_empty() || by == self.key_of(entity) {
            return (!by.is_empty()).then_some(many);
        }
        let one = self.found_by(&table(entity), &by) == Work::PointRead;
        self.look_up(table(entity), by, often);
        Some(many || !one)
    }

    fn key_of(&self, entity: &str) -> Vec<String> {
        let table = self.schema.tables.get(&table(entity));
        table.map_or_else(Vec::new, |table| table.primary_key.clone())
    }

    /// Reads rows on the way to others, unless every run has read them before.
    fn look_up(&mut self, table: String, by: Vec<String>, often: Often) {
        let is_it = |known: &Access| {
            let same = known.table == table && known.by == by;
            same && known.probability >= 1.0 && !known.work.writes()
        };
        let mut acts = self.acts.iter();
        if acts.any(|act| matches!(act, Act::Store(known) if is_it(known))) {
            return;
        }
        let work = self.found_by(&table, &by);
        self.store(Access {
            rows: match work {
                Work::PointRead => 1.0,
                _ => often.rows,
            },
            table,
            work,
            by,
            order: Vec::new(),
            times: 1.0,
            probability: often.probability,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Act, of_operations};
    use crate::pattern::tests::{brief, choices};
    use crate::{contexts, schema};

    const POST: &str = "
name: post
purpose: Moves parcels and tells who follows them.
domain:
  actors: {person: {kind: customer}}
  entities:
    person:
      fields: {name: text}
      relations:
        follows: {to: parcel, many: true, mean: 3, inverse: followers}
    parcel:
      fields: {number: {type: text, unique: true}, state: text}
      relations:
        followers: {to: person, many: true, inverse: follows}
        scans: {to: scan, many: true, mean: 8, inverse: parcel}
    scan:
      fields: {at: timestamp}
      relations: {parcel: {to: parcel, inverse: scans}}
  operations:
    OPERATION
";

    /// The accesses of an operation that reads `entity` where `condition` holds.
    fn read(entity: &str, condition: &str) -> Vec<String> {
        accesses(&format!(
            "look: {{actors: [person], method: GET, path: /x, effects: [{{read: {{entity: {entity}, where: \"{condition}\", rows: 40}}}}]}}"
        ))
    }

    fn accesses(operation: &str) -> Vec<String> {
        let brief = brief("post", &POST.replace("OPERATION", operation));
        let contexts = contexts::draw(&brief);
        let schema = schema::tables(&brief, &choices(), &contexts);
        let runs = of_operations(&brief, &schema);
        let said = |act: &Act| match act {
            Act::Store(a) => format!("{} {} {:?} {}", a.work.id(), a.table, a.by, a.rows),
            other => format!("{other:?}"),
        };
        runs[0].acts.iter().map(said).collect()
    }

    #[test]
    fn a_column_of_ones_own_is_read_by_it() {
        let own = read("scan", "parcel = input.parcel and at > input.since");
        assert_eq!(own, [r#"range-read scans ["parcel_id"] 40"#]);
    }

    #[test]
    fn a_related_row_is_found_first() {
        let one = read("scan", "parcel.number = input.number");
        let looked_up = r#"point-read parcels ["number"] 1"#;
        assert_eq!(one, [looked_up, r#"range-read scans ["parcel_id"] 40"#]);
        // Eight scans of each parcel: forty are of five.
        let many = read("scan", "parcel.state = 'lost'");
        let looked_up = r#"range-read parcels ["state"] 5"#;
        assert_eq!(many, [looked_up, r#"range-read scans ["parcel_id"] 40"#]);
    }

    #[test]
    fn the_key_of_a_related_row_needs_no_look_at_it() {
        let by_key = read("scan", "parcel.id = input.parcel");
        assert_eq!(by_key, [r#"range-read scans ["parcel_id"] 40"#]);
    }

    #[test]
    fn links_lead_to_keys() {
        let followed = read("parcel", "exists(followers.id = principal.id)");
        assert_eq!(followed.len(), 2, "{followed:?}");
        assert!(followed[0].ends_with(r#"["person_id"] 40"#), "{followed:?}");
        assert_eq!(followed[1], r#"range-read parcels ["id"] 40"#);
        let scanned = read("parcel", "exists(scans.at = input.at)");
        let first = r#"range-read scans ["at"] 40"#;
        assert_eq!(scanned, [first, r#"range-read parcels ["id"] 40"#]);
    }

    #[test]
    fn filters_of_different_requests_each_look_up() {
        let filter = |input: &str, share| {
            format!("{input}: {{where: row.parcel.number = input.{input}, share: {share} %}}")
        };
        let all = accesses(&format!(
            "look: {{actors: [person], method: GET, path: /x, target: scan, page: {{size: 20}}, filters: {{{}, {}}}}}",
            filter("one", 20),
            filter("two", 10)
        ));
        let looked_up = r#"point-read parcels ["number"] 1"#;
        let times = all.iter().filter(|said| *said == looked_up).count();
        assert_eq!(times, 2, "{all:?}");
    }

    #[test]
    fn what_fixes_nothing_leads_nowhere() {
        let either = read("scan", "parcel.number = input.number or at > input.since");
        assert_eq!(either, [r#"range-read scans [] 40"#]);
    }
}
