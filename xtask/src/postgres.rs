//! A private PostgreSQL server for the tests: its own folder, a unix socket, no network, thrown
//! away afterwards. The machine's own server is never used.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::private::{self, as_user};
use crate::process;

/// How often the server is asked whether it is up, and how many times at most.
const POLL_MS: u64 = 100;
const POLLS: u32 = 300;

/// The port names the socket file only: nothing listens on the network.
const PORT: u16 = 5432;

/// A running server; dropping it stops the server and removes its folder.
pub struct Server {
    programs: PathBuf,
    folder: PathBuf,
    /// Whom the server runs as, where we are root: PostgreSQL refuses root.
    user: Option<String>,
    child: Child,
}

impl Server {
    /// Makes a cluster and starts it.
    ///
    /// # Errors
    /// Where no server is installed and none can be, or it does not come up; says what was done.
    pub fn start() -> Result<Self, String> {
        let programs = match installed() {
            Some(programs) => programs,
            None => {
                crate::needs::install(&["postgresql"], "a PostgreSQL server")?;
                installed().ok_or("the package postgresql brought no initdb")?
            }
        };
        let user = private::user(&["postgres", "nobody"])?;
        let folder = private::folder("groundplan-pg", user.as_deref())?;
        let data = folder.join("data");
        let mut initdb = as_user(user.as_deref(), &programs.join("initdb"));
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]);
        process::output(
            initdb
                .arg("--no-sync")
                .arg("-D")
                .arg(&data)
                .current_dir(&folder),
        )?;
        let log = fs::File::create(folder.join("log"))
            .map_err(|error| format!("creating the log in {}: {error}", folder.display()))?;
        let copy = log
            .try_clone()
            .map_err(|error| format!("copying the log's handle: {error}"))?;
        let mut postgres = as_user(user.as_deref(), &programs.join("postgres"));
        postgres
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            .current_dir(&folder);
        postgres.args([
            "-p",
            &PORT.to_string(),
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=off",
        ]);
        let child = postgres
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(copy)
            .spawn()
            .map_err(|error| format!("starting postgres: {error}"))?;
        let mut server = Self {
            programs,
            folder,
            user,
            child,
        };
        server.wait()?;
        Ok(server)
    }

    /// Where tests find the server: a libpq URL over the socket.
    pub fn url(&self) -> String {
        format!(
            "postgresql:///postgres?host={}&port={PORT}&user=postgres",
            self.folder.display()
        )
    }

    /// The folder of psql and the rest.
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    fn wait(&mut self) -> Result<(), String> {
        for _ in 0..POLLS {
            let mut ready = Command::new(self.programs.join("pg_isready"));
            ready
                .arg("-q")
                .arg("-h")
                .arg(&self.folder)
                .args(["-p", &PORT.to_string()]);
            if process::output(&mut ready).is_ok() {
                return Ok(());
            }
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                break;
            }
            thread::sleep(Duration::from_millis(POLL_MS));
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        Err(format!(
            "PostgreSQL did not come up in {}: {log}",
            self.folder.display()
        ))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut stop = as_user(self.user.as_deref(), &self.programs.join("pg_ctl"));
        stop.args(["stop", "--silent", "--mode=immediate", "-D"])
            .arg(self.folder.join("data"));
        if let Err(error) = process::output(stop.current_dir(&self.folder)) {
            eprintln!("stopping PostgreSQL: {error}");
        } else if let Err(error) = self.child.wait() {
            eprintln!("waiting for PostgreSQL to end: {error}");
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("removing {}: {error}", self.folder.display());
        }
    }
}

/// The folder of the newest server installed. Debian keeps its programs off the PATH.
fn installed() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let numbered = versions.filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        let programs = entry.path().join("bin");
        ["initdb", "postgres", "psql"]
            .iter()
            .all(|name| programs.join(name).is_file())
            .then_some((version, programs))
    });
    let debian = numbered.max().map(|(_, programs)| programs);
    debian.or_else(|| {
        let initdb = process::find("initdb")?.canonicalize().ok()?;
        initdb.parent().map(Path::to_path_buf)
    })
}
