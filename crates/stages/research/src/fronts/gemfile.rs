//! Ruby: `Gemfile` and `*.gemspec`.

use super::said::{Said, folder};
use super::{Front, Reads, SourceText, name_of};
use crate::observation::{Dependency, FileFacts, Module, Observation};

pub const FRONT: Front = Front {
    id: "gemfile",
    takes: |path| {
        let name = name_of(path);
        name == "Gemfile" || name == "gems.rb" || name.ends_with(".gemspec")
    },
    reads: Reads::Format(read),
};

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let here = folder(source.path);
    let mut module = Module {
        name: here.rsplit('/').next().unwrap_or("").to_string(),
        language: "ruby".to_string(),
        library: source.path.ends_with(".gemspec"),
        ..Module::default()
    };
    // Blocks that are open, and whether each is a group for development or tests.
    let mut blocks: Vec<bool> = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let line = line.split(" #").next().unwrap_or("").trim();
        let word = line.split([' ', '(']).next().unwrap_or("");
        if word == "end" {
            blocks.pop();
            continue;
        }
        let group = word == "group"
            || line.contains("group:")
            || line.contains("groups:")
            || line.contains(":group");
        let development = group && is_development(line);
        if line.ends_with(" do")
            || line.contains(" do |")
            || matches!(word, "if" | "unless" | "case")
        {
            blocks.push(development);
            continue;
        }
        let added = word.rsplit('.').next().unwrap_or("");
        let known = [
            "gem",
            "add_dependency",
            "add_runtime_dependency",
            "add_development_dependency",
        ];
        if !known.contains(&added) {
            continue;
        }
        let mut texts = line.split(['"', '\'']).skip(1).step_by(2);
        if let Some(name) = texts.next().filter(|name| !name.is_empty()) {
            let digits = |text: &&str| text.contains(|c: char| c.is_ascii_digit());
            let version = texts.next().filter(digits).map(str::to_string);
            module.dependencies.push(Dependency {
                name: name.to_string(),
                version,
                test: development
                    || blocks.contains(&true)
                    || added == "add_development_dependency",
                line: index as u32 + 1,
            });
        }
    }
    said.say(1, Observation::Module(module));
    said.done()
}

fn is_development(line: &str) -> bool {
    // A group for production too is for production.
    (line.contains("test") || line.contains("development")) && !line.contains("production")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gems_and_groups() {
        let text = "source 'https://rubygems.org'\ngem 'rails', '~> 7.0' # c\ngem \"pg\"\ngroup :development, :test do\n  gem 'rspec-rails'\n  platforms :mri do\n    gem 'byebug'\n  end\nend\ngem 'puma', group: :production\ngem 'rubocop', group: :test\n# gem 'no'\n";
        let path = "web/Gemfile";
        let facts = read(SourceText { path, text });
        let Observation::Module(module) = &facts.seen[0].what else {
            panic!()
        };
        let found: Vec<_> = module
            .dependencies
            .iter()
            .map(|d| (d.name.as_str(), d.version.as_deref(), d.test, d.line))
            .collect();
        assert_eq!(
            found,
            [
                ("rails", Some("~> 7.0"), false, 2),
                ("pg", None, false, 3),
                ("rspec-rails", None, true, 5),
                ("byebug", None, true, 7),
                ("puma", None, false, 10),
                ("rubocop", None, true, 11),
            ]
        );
    }
}
