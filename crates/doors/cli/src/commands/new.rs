//! `groundplan new`: a brief to start from.

use std::path::Path;

use crate::CLEAN;
use folder::files;
use terminal::look;
use terminal::tables::{Align, table};

pub fn run(from: &str, list: bool, folder: Option<&Path>) -> Result<u8, String> {
    let starts = pipeline::examples::starts();
    if list {
        let rows: Vec<Vec<String>> = starts
            .iter()
            .map(|s| vec![s.name.to_string(), s.summary()])
            .collect();
        look::print(&table(
            &[("example", Align::Left), ("what it is", Align::Left)],
            &rows,
        ))?;
        return Ok(CLEAN);
    }
    let Some(start) = starts.iter().find(|s| s.name == from) else {
        let names: Vec<&str> = starts.iter().map(|s| s.name).collect();
        return Err(format!(
            "there is no example `{from}`; there are {}",
            names.join(", ")
        ));
    };
    let folder = folder.ok_or("name the folder to write to")?;
    let target = folder.join(pipeline::open::BRIEF);
    if files::read_if_there(&target)?.is_some() {
        return Err(format!(
            "{} is there already and stays as it is; choose another folder",
            target.display()
        ));
    }
    files::write(&target, start.brief.as_bytes())?;
    look::print(&format!(
        "{} is the brief of the example `{from}`. Make it yours, then run:\n  groundplan ask {folder}\n  groundplan design {folder}",
        target.display(),
        folder = folder.display(),
    ))?;
    Ok(CLEAN)
}
