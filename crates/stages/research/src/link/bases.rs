//! What stands before all paths of a unit: the server's base path, and versions that are segments.

use super::world::World;
use crate::recognise::libraries;
use crate::recognise::paths::{BASE, DEFAULT, EXCEPT, OPEN, PREFIX};
use crate::recognise::table::BaseRow;

#[derive(Default)]
pub struct Bases {
    /// The base path itself; empty where there is none.
    pub before: String,
    except: Vec<String>,
    /// What is written before a version, where versions are segments.
    version: Option<String>,
    /// The version of routes that say none.
    default: Option<String>,
}

impl Bases {
    pub fn of(world: &World, unit: usize) -> Self {
        let rows = || libraries::all().0.iter().flat_map(|library| &library.base);
        let set = |inner: bool| {
            let of = |row: &&'static BaseRow| row.inner == inner;
            let keys = rows().filter(of).flat_map(|row| &row.trigger.setting);
            keys.into_iter().find_map(|key| text(world, unit, key))
        };
        let (outer, inner) = (set(false), text(world, unit, BASE).or_else(|| set(true)));
        let parts = [outer, inner].into_iter().flatten();
        let before = parts
            // A servlet is hung at `/api/*`: all below `/api`.
            .map(|text| super::routes::slashed(text.trim_end_matches(['*', '/'])))
            .collect();
        let listed = world.setting(unit, EXCEPT).iter();
        let except = listed.flat_map(|setting| world.texts(unit, &setting.at.file, setting.value));
        Bases {
            before,
            except: except
                .map(|one| super::routes::parameters(&one.text))
                .collect(),
            version: text(world, unit, PREFIX),
            default: text(world, unit, DEFAULT),
        }
    }

    /// A path behind the base.
    pub fn path(&self, prefix: &str, own: &str) -> String {
        let own = self.versioned(own);
        let whole = format!("{prefix}{}", super::routes::slashed(&own));
        let bare = super::routes::parameters(&whole);
        if self.except.contains(&bare) {
            return bare;
        }
        super::routes::parameters(&format!("{}{whole}", self.before))
    }

    /// Versions that code left open are segments here, or nothing.
    fn versioned(&self, path: &str) -> String {
        let Some((before, rest)) = path.split_once(OPEN) else {
            return path.to_owned();
        };
        let Some((version, after)) = rest.split_once('}') else {
            return path.to_owned();
        };
        let version = match version {
            "" => self.default.as_deref(),
            own => Some(own),
        };
        match (&self.version, version) {
            (Some(prefix), Some(version)) => format!("{before}{prefix}{version}{after}"),
            _ => format!("{before}{after}"),
        }
    }
}

fn text(world: &World, unit: usize, key: &str) -> Option<String> {
    let setting = world.setting(unit, key).first()?;
    let texts = world.texts(unit, &setting.at.file, setting.value);
    Some(texts.into_iter().next()?.text)
}

/// The prefix that a setting gives to routes that name it.
pub fn of_setting(world: &World, unit: usize, key: &str) -> String {
    text(world, unit, key).map_or_else(String::new, |text| super::routes::slashed(&text))
}
