//! A private MariaDB server for the tests: its own folder, a unix socket, no network, thrown away
//! afterwards. The machine's own server is never used.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::private::{self, as_user};
use crate::process;

/// How often the server is asked whether it is up, and how many times at most.
const POLL_MS: u64 = 100;
const POLLS: u32 = 600;

/// A running server; dropping it stops the server and removes its folder.
pub struct Server {
    folder: PathBuf,
    child: Child,
}

impl Server {
    /// Makes a data folder and starts a server on it.
    ///
    /// # Errors
    /// Where no server is installed and none can be, or it does not come up; says what was done.
    pub fn start() -> Result<Self, String> {
        let programs = match installed() {
            Some(programs) => programs,
            None => {
                crate::needs::install(&["mariadb-server", "mariadb-client"], "a MariaDB server")?;
                installed().ok_or("the package mariadb-server brought no mariadb-install-db")?
            }
        };
        let user = private::user(&["mysql", "nobody"])?;
        let folder = private::folder("groundplan-my", user.as_deref())?;
        let data = format!("--datadir={}", folder.join("data").display());
        let mut install = as_user(user.as_deref(), &programs[0]);
        install.args([
            "--no-defaults",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ]);
        process::output(install.arg(&data).current_dir(&folder))?;
        let log = fs::File::create(folder.join("log"))
            .map_err(|error| format!("creating the log in {}: {error}", folder.display()))?;
        let mut serve = as_user(user.as_deref(), &programs[1]);
        serve
            .args([
                "--no-defaults",
                "--skip-networking",
                "--skip-log-bin",
                "--innodb-flush-log-at-trx-commit=0",
            ])
            .arg(&data)
            .arg(format!("--socket={}", folder.join("socket").display()))
            .arg(format!("--pid-file={}", folder.join("pid").display()))
            .current_dir(&folder);
        let child = serve
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("starting mariadbd: {error}"))?;
        let mut server = Self { folder, child };
        server.wait()?;
        Ok(server)
    }

    /// Where tests find the server: its socket; the user is root, without a password.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("socket")
    }

    fn wait(&mut self) -> Result<(), String> {
        for _ in 0..POLLS {
            if process::output(&mut self.client("select 1")).is_ok() {
                return Ok(());
            }
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                break;
            }
            thread::sleep(Duration::from_millis(POLL_MS));
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        Err(format!(
            "MariaDB did not come up in {}: {log}",
            self.folder.display()
        ))
    }

    fn client(&self, statement: &str) -> Command {
        let mut client = Command::new("mariadb");
        client
            .args(["--no-defaults", "--user=root"])
            .arg(format!("--socket={}", self.socket().display()))
            .args(["--execute", statement]);
        client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = process::output(&mut self.client("shutdown")) {
            eprintln!("stopping MariaDB: {error}");
        } else if let Err(error) = self.child.wait() {
            eprintln!("waiting for MariaDB to end: {error}");
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("removing {}: {error}", self.folder.display());
        }
    }
}

/// `mariadb-install-db` and `mariadbd`. Debian keeps the second off the PATH of users.
fn installed() -> Option<[PathBuf; 2]> {
    let find = |name: &str| {
        process::find(name)
            .or_else(|| Some(PathBuf::from("/usr/sbin").join(name)).filter(|path| path.is_file()))
    };
    process::find("mariadb")?;
    Some([find("mariadb-install-db")?, find("mariadbd")?])
}
