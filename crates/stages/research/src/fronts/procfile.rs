//! `Procfile`: each process as a workload of the folder.

use super::said::{Said, folder};
use super::{Front, Reads, SourceText, name_of};
use crate::observation::{FileFacts, Observation, Workload};

pub const FRONT: Front = Front {
    id: "procfile",
    takes: |path| name_of(path) == "Procfile" || name_of(path).starts_with("Procfile."),
    reads: Reads::Format(read),
};

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    for (index, line) in source.text.lines().enumerate() {
        let number = index as u32 + 1;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, command)) = line.split_once(':') else {
            said.fault(number, "no `name: command`");
            continue;
        };
        let command = said.safe_text("command", command.trim(), number);
        let workload = Workload {
            source: FRONT.id.to_string(),
            name: name.trim().to_string(),
            build: Some(folder(source.path).to_string()),
            command: Some(command),
            ..Workload::default()
        };
        said.say(number, Observation::Workload(Box::new(workload)));
    }
    said.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes() {
        let text = "web: gunicorn app:app\n# c\nworker: celery\nbroken\n";
        let path = "api/Procfile";
        let facts = read(SourceText { path, text });
        let found: Vec<_> = facts
            .seen
            .iter()
            .filter_map(|seen| match &seen.what {
                Observation::Workload(w) => {
                    Some((w.name.as_str(), w.command.as_deref()?, w.build.as_deref()?))
                }
                _ => None,
            })
            .collect();
        assert_eq!(
            found,
            [
                ("web", "gunicorn app:app", "api"),
                ("worker", "celery", "api")
            ]
        );
        assert_eq!(facts.faults.len(), 1);
    }
}
