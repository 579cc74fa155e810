//! Routes that classes have from those they extend: a base controller's functions under each of its
//! children's paths, a base's path before its children's functions.

use std::collections::BTreeMap;

use super::world::World;
use crate::observation::{Declaration, Observation, Route, Value};
use crate::recognise::libraries;

/// How many classes may stand above each other; a circle ends here.
const DEPTH: u8 = 8;

/// The classes of a unit, by name and by what they extend.
pub struct Heirs<'a> {
    by_name: BTreeMap<&'a str, &'a Declaration>,
    below: BTreeMap<&'a str, Vec<&'a Declaration>>,
}

/// A route as one class has it.
pub struct Inherited<'a> {
    /// The class that answers, where it is another than the one that declares it.
    pub class: Option<&'a str>,
    /// What stands before the route's own path, and the class whose name its words stand for.
    pub prefix: Option<(&'a Value, &'a str)>,
}

impl<'a> Heirs<'a> {
    pub fn of(world: &World<'a>, unit: usize) -> Self {
        let mut heirs = Heirs {
            by_name: BTreeMap::new(),
            below: BTreeMap::new(),
        };
        for (_, seen) in world.seen(unit) {
            let Observation::Declares(one) = &seen.what else {
                continue;
            };
            heirs.by_name.insert(one.name.as_str(), one);
            for parent in &one.supers {
                let parent = parent.rsplit('.').next().unwrap_or(parent);
                heirs.below.entry(parent).or_default().push(one);
            }
        }
        heirs
    }

    /// The classes that have a route, each with its prefix; the one that declares it where no other does.
    pub fn have(&self, route: &'a Route) -> Vec<Inherited<'a>> {
        let own = Inherited {
            class: None,
            prefix: None,
        };
        let declared = route.router.as_deref().and_then(|router| {
            router
                .strip_prefix("interface ")
                .or_else(|| router.strip_prefix("class "))
        });
        if let Some(declared) = declared {
            let annotated = |one: &&Declaration| !one.interface && !one.annotations.is_empty();
            let heirs = self.all_below(declared).into_iter().filter(annotated);
            return heirs.flat_map(|one| self.as_of(one, route)).collect();
        }
        let class = route
            .handler
            .as_deref()
            .and_then(|handler| handler.split_once('.'));
        let Some(class) = class
            .filter(|_| route.router.is_none() && route.group.is_none())
            .and_then(|(name, _)| self.by_name.get(name))
        else {
            return vec![own];
        };
        let above = self.prefixes(class, DEPTH);
        if !above.is_empty() {
            let under = |prefix| Inherited {
                class: None,
                prefix: Some((prefix, class.name.as_str())),
            };
            return above.into_iter().map(under).collect();
        }
        let named = |one: &&Declaration| !one.prefixes.is_empty();
        let heirs = self.all_below(&class.name).into_iter().filter(named);
        let inherited: Vec<Inherited<'a>> = heirs.flat_map(|one| self.as_of(one, route)).collect();
        match inherited.is_empty() {
            true => vec![own],
            false => inherited,
        }
    }

    /// A route as a heir has it.
    fn as_of(&self, heir: &'a Declaration, route: &Route) -> Vec<Inherited<'a>> {
        let class = Some(heir.name.as_str());
        let prefixes = match route.group {
            Some(_) => Vec::new(),
            None => self.prefixes(heir, DEPTH),
        };
        if prefixes.is_empty() {
            return vec![Inherited {
                class,
                prefix: None,
            }];
        }
        let under = |prefix| Inherited {
            class,
            prefix: Some((prefix, heir.name.as_str())),
        };
        prefixes.into_iter().map(under).collect()
    }

    /// The prefixes of a class: its own, or those that a class above leaves it.
    fn prefixes(&self, class: &'a Declaration, depth: u8) -> Vec<&'a Value> {
        if depth == 0 || !class.prefixes.is_empty() {
            return class.prefixes.iter().collect();
        }
        let above = class.supers.iter().filter_map(|parent| {
            let name = parent.rsplit('.').next().unwrap_or(parent);
            self.by_name.get(name)
        });
        let left = |parent: &&'a Declaration| match parent.prefixes.is_empty() || parent.bequeaths {
            true => self.prefixes(parent, depth - 1),
            false => Vec::new(),
        };
        let mut found = above.map(left);
        found
            .find(|prefixes| !prefixes.is_empty())
            .unwrap_or_default()
    }

    /// Everything that extends a type, directly or through others.
    fn all_below(&self, name: &str) -> Vec<&'a Declaration> {
        let mut found: Vec<&'a Declaration> = Vec::new();
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            for one in self.below.get(name).into_iter().flatten() {
                if !found.iter().any(|other| other.name == one.name) {
                    found.push(one);
                    open.push(&one.name);
                }
            }
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }
}

/// A prefix with the words that stand for its class's name (`[controller]`) replaced.
pub fn named(prefix: &str, class: &str) -> String {
    let rows = libraries::all().0.iter().flat_map(|library| &library.token);
    let mut text = prefix.to_owned();
    for row in rows.filter(|row| row.is == "class") {
        let name = class.strip_suffix(row.without.as_str()).unwrap_or(class);
        text = text.replace(&row.text, name);
    }
    text
}
