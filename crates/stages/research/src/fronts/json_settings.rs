//! JSON settings: `appsettings*.json`, gateways' `ocelot*.json`, node-config's `config/*.json`.
//!
//! Keys are joined with dots whatever the program joins them with; the part of the name after
//! `appsettings.` is the profile.

use super::said::{Said, folder};
use super::spring_configuration::settings;
use super::{Front, Reads, SourceText, ends_in, name_of};
use crate::observation::FileFacts;
use crate::yaml;

pub const FRONT: Front = Front {
    id: "json-settings",
    takes: |path| {
        let name = name_of(path).to_ascii_lowercase();
        let folder = folder(path).rsplit('/').next().unwrap_or("");
        let named = [
            "appsettings",
            "ocelot",
            "yarp",
            "launchsettings",
            "config",
            "settings",
            "local.settings",
        ];
        let tools = [
            "tsconfig", "package", "jest", "angular", "nest-cli", "babel", "eslint", "composer",
            "lerna",
        ];
        ends_in(path, &[".json", ".json5"])
            && (named
                .iter()
                .any(|of| name == format!("{of}.json") || name.starts_with(&format!("{of}.")))
                || folder == "config")
            && !tools.iter().any(|of| name.starts_with(of))
            && !path.contains("/.")
            && !path.starts_with('.')
    },
    reads: Reads::Format(read),
};

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let tree = yaml::read(source.text);
    said.facts.faults = tree.faults;
    let stem = source.name().rsplit_once('.').map_or("", |(stem, _)| stem);
    let profile = match stem.split_once('.') {
        Some((_, profile)) => Some(profile.to_string()),
        // node-config: `default` holds for all, other files for the environment that they are named after.
        None if folder(source.path).ends_with("config")
            && stem != "default"
            && !stem.contains("config") =>
        {
            Some(stem.to_string())
        }
        None => None,
    };
    for document in &tree.documents {
        settings(document, profile.clone(), &mut said);
    }
    said.done()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::Observation;

    #[test]
    fn keys_profiles_and_credentials() {
        let text = "{ // c\n \"ConnectionStrings\": {\"Db\": \"Server=db;Database=x;Password=hunter2x\"},\n \"Routes\": [{\"Path\": \"/a\"}]}";
        let path = "src/api/appsettings.Development.json";
        let facts = read(SourceText { path, text });
        let found: Vec<_> = facts
            .seen
            .iter()
            .filter_map(|seen| match &seen.what {
                Observation::Setting {
                    key,
                    value,
                    profile,
                } => Some((seen.line, key.as_str(), value.known(), profile.as_deref())),
                _ => None,
            })
            .collect();
        let profile = Some("Development");
        assert_eq!(
            found,
            [
                (
                    2,
                    "ConnectionStrings.Db",
                    Some("Server=db;Database=x;Password=***"),
                    profile
                ),
                (3, "Routes[0].Path", Some("/a"), profile),
            ]
        );
        assert!(
            facts
                .seen
                .iter()
                .any(|s| matches!(s.what, Observation::Secret { .. }))
        );
        let takes = FRONT.takes;
        assert!(
            takes("a/appsettings.json")
                && takes("config/production.json")
                && takes("gw/ocelot.Dev.json")
        );
        assert!(!takes("tsconfig.json") && !takes("data/x.json") && !takes("config/tsconfig.json"));
    }
}
