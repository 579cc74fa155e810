//! The tables of `data/libraries`: what a library looks like in code, and what its use means.
//!
//! One library is one file, `data/libraries/<id>.toml`; no code knows a library's name. An entry has a
//! trigger (what must be seen) and says which argument holds what.
//!
//! # Triggers
//!
//! | key | seen |
//! |---|---|
//! | `annotation = ["GetMapping"]` | an annotation, decorator or attribute; `of` narrows to `class`, `function`, `field`, `parameter` |
//! | `call = ["get", "post"]` with `on = ["router"]` | a method of a value whose type is that `[[type]]` of this file; `library/type` names one of another |
//! | `call = ["requests.get"]` | a function by its whole path, import aliases undone: a module function, a static method, a constructor (`new KafkaProducer(..)` is `call = ["KafkaProducer"]`) |
//! | `extends = ["JpaRepository"]` | a type that extends or implements one of these |
//! | `member = ["process.env"]` | `process.env.X` or `process.env["X"]`; the selector `name` is `X` |
//! | `takes = ["PgPool"]` | a parameter or field of one of these types |
//! | `setting = ["spring.datasource.url"]` | a configuration key; `*` stands for one segment (read by `link`) |
//! | `dependency = ["spring-boot-starter-web"]` | a dependency of the build file; `*` may end it (read by `link`) |
//!
//! A `*` in a name of `call`, `extends`, `takes` or `made_by` stands for any letters; the selector `"*"` is what
//! it stood for (`call = ["New*Client"]`, `service = ["*"]`). A `^` before a name means the whole path and not its end. `on = ["*"]` is any receiver. A call without a
//! receiver counts for `on` inside the closure of a `[[group]]` (Rails' `get "/x"` in `namespace :api do`).
//!
//! An entry counts only in a file that imports the library (`imports`, a prefix of an import's path), or
//! where `imports` is empty, or where the build file of the module lists one of `dependencies`.
//!
//! # Selectors
//!
//! Where an argument is meant: `"0"` the first, `"-1"` the last, `"url"` the keyword argument or the
//! annotation's attribute, `"0.baseURL"` the field of an object given there, `"it"` the receiver itself,
//! `"made.0"` the first argument of the call that made the receiver (`app.route("/x").get(..)`), `"chain.prefix.0"` the first
//! argument of the call `prefix` earlier in the chain, `"after.only.0"` that of the call `only` later in it, `"1.0"` the first argument of the call given as second argument,
//! `"0.of"` what a member is taken of (`router` of `router.urls`), `"0.name"` its last segment, `"types.0"` the first type argument, `"name"` the called name, `"class"` the enclosing type's name.
//! `"set.BaseAddress"` what a closure given here sets (`c => c.BaseAddress = x`), `"inner.Host.0"` the first argument of
//! the call `Host` in a closure given here, `"*Service"` what the `*` stood for and then `Service`,
//! `"0.."` every argument from the first on, `"=X:+0"` the text `X:` and then the first argument.
//! A list is tried in order, the first that is there counts. A text after `=` is a literal: `"=GET"`.

use model::fact::LinkKind;
use serde::Deserialize;

pub use super::rows::{BaseRow, OffRow, PlaceRow, TokenRow, VersionRow};
pub use super::trigger::Trigger;

/// One file of `data/libraries`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Library {
    /// The file's name.
    pub id: String,
    /// What it is, in a few words, and where it is documented.
    pub name: String,
    pub docs: String,
    /// Languages of the fronts: `java`, `kotlin`, `go`, `python`, `typescript` (JavaScript too), `rust`,
    /// `csharp`, `ruby`, `php`.
    pub languages: Vec<String>,
    /// Prefixes of import paths (`org.springframework.web`, `express`, `github.com/gin-gonic/gin`).
    #[serde(default)]
    pub imports: Vec<String>,
    /// Names in build files (`express`, `org.springframework.boot:spring-boot-starter-web`, artifact alone
    /// is enough); `*` may end one.
    #[serde(default)]
    pub dependencies: Vec<String>,
    /// A file is parsed where one of these occurs; without any, where one of `imports` occurs.
    /// Keep them rare: a word that every file has makes every file parsed.
    #[serde(default)]
    pub words: Vec<String>,
    /// How a line begins that begins a test, in whole words unless `*` ends it: tests are counted so in
    /// files of tests, which are not parsed.
    #[serde(default)]
    pub test_lines: Vec<String>,
    #[serde(default, rename = "type")]
    pub types: Vec<TypeRow>,
    #[serde(default)]
    pub route: Vec<RouteRow>,
    #[serde(default)]
    pub prefix: Vec<PrefixRow>,
    #[serde(default)]
    pub mount: Vec<MountRow>,
    /// Methods by which a class answers, for routes that name a class.
    #[serde(default)]
    pub verbs: Vec<VerbRow>,
    /// A path before every route of the program: `app.setGlobalPrefix("api")`.
    #[serde(default)]
    pub base: Vec<BaseRow>,
    #[serde(default)]
    pub version: Vec<VersionRow>,
    #[serde(default)]
    pub place: Vec<PlaceRow>,
    #[serde(default)]
    pub off: Vec<OffRow>,
    /// Counts in files that import nothing of it, too: routers come in by parameters there and are
    /// known by their usual names.
    #[serde(default)]
    pub bare: bool,
    #[serde(default)]
    pub group: Vec<GroupRow>,
    #[serde(default)]
    pub resource: Vec<ResourceRow>,
    #[serde(default)]
    pub call: Vec<CallRow>,
    #[serde(default)]
    pub client: Vec<ClientRow>,
    #[serde(default)]
    pub connection: Vec<ConnectionRow>,
    #[serde(default)]
    pub message: Vec<MessageRow>,
    #[serde(default)]
    pub role: Vec<RoleRow>,
    #[serde(default)]
    pub entity: Vec<EntityRow>,
    #[serde(default)]
    pub query: Vec<QueryRow>,
    #[serde(default)]
    pub guard: Vec<KindRow>,
    #[serde(default)]
    pub resilience: Vec<KindRow>,
    /// Reads an environment variable, or a configuration key. The result is also a value.
    #[serde(default)]
    pub env: Vec<ReadRow>,
    #[serde(default)]
    pub config: Vec<ReadRow>,
    #[serde(default)]
    pub schedule: Vec<ScheduleRow>,
    #[serde(default)]
    pub entry: Vec<EntryRow>,
    #[serde(default)]
    pub test: Vec<Trigger>,
    /// Routes that a gateway's settings define (read by `link`).
    #[serde(default)]
    pub proxy: Vec<ProxyRow>,
    /// Whom a server of measurements asks (read by `link`).
    #[serde(default)]
    pub watch: Vec<WatchRow>,
    /// Stores that a dependency alone makes likely (read by `link`).
    #[serde(default)]
    pub driver: Vec<DriverRow>,
    /// Words in paths that stand for names (`[controller]`).
    #[serde(default)]
    pub token: Vec<TokenRow>,
    /// Calls that give back their argument, or join arguments into one text (`path.join`, `URI.create`,
    /// `urljoin`, `Mono.just`): the value of the call is that of these selectors joined.
    #[serde(default)]
    pub passes: Vec<PassesRow>,
}

/// A type of the library, to know what a value is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeRow {
    /// Referred to in `on`, from other files as `library/id`.
    pub id: String,
    /// Calls that make one, by whole path with aliases undone: `express`, `express.Router`, `axios.create`,
    /// `gin.Default`, `Router.new`. A constructor is its type's name.
    #[serde(default)]
    pub made_by: Vec<String>,
    /// Methods of other types of this file that make one: `router.group` is type `router`, method `group`.
    #[serde(default)]
    pub from: Vec<String>,
    /// Its name in declarations, last segment or whole: `RestTemplate`, `gin.Engine`.
    #[serde(default)]
    pub named: Vec<String>,
    /// Names such a value usually has, for when nothing tells its type. What is found so is inferred.
    #[serde(default)]
    pub usual: Vec<String>,
    /// The module itself is a value of this type (`axios`, `requests`).
    #[serde(default)]
    pub module: bool,
    /// Programs extend it with functions of their own, which are then called like its methods.
    #[serde(default)]
    pub extended: bool,
    /// Methods give back the value itself, so chains work. True unless said.
    #[serde(default = "yes")]
    pub fluent: bool,
}

fn yes() -> bool {
    true
}

/// A route that the program answers.
#[derive(Debug, Clone, Deserialize)]
pub struct RouteRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    /// HTTP method: `"=GET"`, `"name"` (the called name in upper case), a selector, or nothing for any.
    #[serde(default)]
    pub method: Vec<String>,
    /// What is taken where no method is given. Without it the route answers any.
    #[serde(default)]
    pub default_method: Option<String>,
    #[serde(default)]
    pub path: Vec<String>,
    /// What is taken where no path is given. Without it a route without path counts as the prefix alone.
    #[serde(default)]
    pub default: Option<String>,
    #[serde(default)]
    pub handler: Vec<String>,
    /// `member` or `collection`: which level of the resource around it is meant (see [`ResourceRow::closure`]).
    #[serde(default)]
    pub level: Vec<String>,
    /// `http` unless said.
    #[serde(default)]
    pub protocol: Option<String>,
    /// A path that begins with `/` or `~/` stands alone, without the prefix of the type.
    #[serde(default)]
    pub absolute: bool,
    /// The method names and handler inside the handler argument: axum's `get(list).post(create)` at this selector.
    #[serde(default)]
    pub chain: Option<String>,
    /// For annotations on functions: only in a type that has one of these annotations or supers
    /// (`RestController`, `ControllerBase`). Inherited annotations of interfaces count.
    #[serde(default)]
    pub within: Vec<String>,
    /// In a type annotated with one of these it is no route but an outgoing call (`FeignClient`, `Client`).
    #[serde(default)]
    pub not_within: Vec<String>,
}

/// A prefix of all routes of the type (`@RequestMapping` on the class, `[Route("api/[controller]")]`).
#[derive(Debug, Clone, Deserialize)]
pub struct PrefixRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    #[serde(default)]
    pub path: Vec<String>,
    /// Classes that extend the type, and have none of their own, have it too.
    #[serde(default)]
    pub inherited: bool,
}

/// Methods that a class answers because it extends one of these: `get`, `post` for requests, `list`,
/// `create` for actions of a [`ResourceRow`].
#[derive(Debug, Clone, Deserialize)]
pub struct VerbRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    #[serde(default)]
    pub methods: Vec<String>,
    /// Functions of the class that count where it has them.
    #[serde(default)]
    pub own: Vec<String>,
    /// A function of the class that stands under an annotation and answers requests of its own, below
    /// the class's path: selectors of the methods and the path (the function's name unless given).
    #[serde(default)]
    pub requests: Vec<String>,
    #[serde(default)]
    pub path: Vec<String>,
    /// What stands before that path where this argument is true.
    #[serde(default)]
    pub detail: Vec<String>,
    #[serde(default)]
    pub below: String,
    /// A field of the class that lists the only HTTP methods it takes (`http_method_names`).
    #[serde(default)]
    pub only: Option<String>,
}

/// A router is hung under a prefix of another: `app.use("/api", router)`, `include_router(r, prefix=..)`.
#[derive(Debug, Clone, Deserialize)]
pub struct MountRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    #[serde(default)]
    pub prefix: Vec<String>,
    pub child: Vec<String>,
    /// The router it is hung on; the receiver unless said.
    #[serde(default)]
    pub parent: Vec<String>,
    /// The child may be a function, or a list of functions, whose annotations are the routes.
    #[serde(default)]
    pub functions: bool,
}

/// A call that makes a router with a prefix of its own: `r.Group("/v1")`, `chi`'s `r.Route("/v1", func(r) {..})`,
/// `APIRouter(prefix="/v1")`, Rails' `namespace :api do`.
#[derive(Debug, Clone, Deserialize)]
pub struct GroupRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    #[serde(default)]
    pub prefix: Vec<String>,
    /// The type it makes.
    pub makes: String,
    /// The function whose body (or first parameter) is the router. A file's path instead of a function
    /// hangs the router of that file.
    #[serde(default)]
    pub closure: Vec<String>,
    /// The prefix is the name of a parameter.
    #[serde(default)]
    pub parameter: bool,
    /// `member` or `collection`: which level of the resource around it is meant (see [`ResourceRow::closure`]).
    #[serde(default)]
    pub level: Vec<String>,
    /// What stands inside is shallow where this is true (see [`ResourceRow::shallow`]).
    #[serde(default)]
    pub shallow: Vec<String>,
    /// The name under which the group is kept, to be hung elsewhere by [`ResourceRow::takes`].
    #[serde(default)]
    pub kept: Vec<String>,
}

/// One call that makes several routes: `resources :orders`, `ModelViewSet`, `Route::resource`, Spring Data REST.
#[derive(Debug, Clone, Deserialize)]
pub struct ResourceRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    pub path: Vec<String>,
    /// `GET /`, `POST /`, `GET /{id}`, ... relative to the path.
    pub routes: Vec<String>,
    /// The class whose methods narrow the routes, where it says so by [`VerbRow`].
    #[serde(default)]
    pub handler: Vec<String>,
    /// Selectors of lists that narrow (`only:`) or widen (`except:`) by action name; `routes` then are `action GET /path`.
    #[serde(default)]
    pub only: Vec<String>,
    #[serde(default)]
    pub except: Vec<String>,
    /// Nested routes stand in this function, under `/{singular_id}`; those of the level `member` under
    /// `/{id}`, those of the level `collection` under the path itself.
    #[serde(default)]
    pub closure: Vec<String>,
    /// There is one of it, so nothing nested has an id before it.
    #[serde(default)]
    pub single: bool,
    /// Every text among the arguments is a path.
    #[serde(default)]
    pub each: bool,
    /// `albums.songs` is `songs` inside `albums`.
    #[serde(default)]
    pub dotted: bool,
    /// Selectors of the names of kept groups that it takes in (`concerns: :commentable`).
    #[serde(default)]
    pub takes: Vec<String>,
    /// Where this is true, what has an id of its own stands without the parents' (`shallow: true`).
    #[serde(default)]
    pub shallow: Vec<String>,
    /// The name of its id, where another is given (`param: :slug`).
    #[serde(default)]
    pub param: Vec<String>,
    /// Of a type: what its other functions answer, before their names (`GET /search/`).
    #[serde(default)]
    pub functions: Option<String>,
    /// Words of the routes' paths and what is said instead (`path_names: { sign_in: :login }`).
    #[serde(default)]
    pub renames: Vec<String>,
    /// A setting whose value stands before the paths.
    #[serde(default)]
    pub base: Option<String>,
}

/// A request to another system.
#[derive(Debug, Clone, Deserialize)]
pub struct CallRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    /// `http` unless said.
    #[serde(default)]
    pub protocol: Option<String>,
    #[serde(default)]
    pub method: Vec<String>,
    /// Where the address is; a path where the client has a base.
    #[serde(default)]
    pub url: Vec<String>,
    /// Where the name of a discovered service or stub is.
    #[serde(default)]
    pub service: Vec<String>,
    /// Set in this argument where a timeout is given at the call.
    #[serde(default)]
    pub timeout: Vec<String>,
    /// Only in a type with one of these annotations.
    #[serde(default)]
    pub within: Vec<String>,
    /// On functions of an interface: whoever makes a client of the interface has the address.
    #[serde(default)]
    pub in_interface: bool,
}

/// A client is made.
#[derive(Debug, Clone, Deserialize)]
pub struct ClientRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    #[serde(default)]
    pub protocol: Option<String>,
    #[serde(default)]
    pub base: Vec<String>,
    /// Arguments, chained methods or later settings that set a timeout: selectors, or `.method` for a chain.
    #[serde(default)]
    pub timeout: Vec<String>,
    #[serde(default)]
    pub retry: Vec<String>,
    #[serde(default)]
    pub breaker: Vec<String>,
    /// It has a timeout without being told (documented default).
    #[serde(default)]
    pub timeout_by_default: bool,
    /// Annotations beside it, or selectors, that make it balance over instances (`@LoadBalanced`).
    #[serde(default)]
    pub balanced: Vec<String>,
}

/// A connection to a store, cache, broker, search engine.
#[derive(Debug, Clone, Deserialize)]
pub struct ConnectionRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    /// Id of a technology in `data/technologies`, or a selector of its name; absent where the address tells.
    #[serde(default)]
    pub technology: Vec<String>,
    /// Address or connection string. Several selectors joined by `+` are host and port: `"0.host+0.port"`.
    #[serde(default)]
    pub url: Vec<String>,
    #[serde(default)]
    pub database: Vec<String>,
    /// What it is taken for where nothing is given (`localhost`), as the library documents it.
    #[serde(default)]
    pub default: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct MessageRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    /// `produces` or `consumes`.
    pub direction: String,
    pub technology: String,
    #[serde(default)]
    pub topic: Vec<String>,
}

/// The program plays a role, or is a client of one. Ids: `web`, `gateway`, `service-registry`,
/// `registry-client`, `config-server`, `config-client`, `authorization-server`, `resource-server`, `monitoring`,
/// `monitored`, `tracing-server`, `traced`, `metrics`, `logging-client`, `worker`, `job`, `load-generator`,
/// `stream-client`, `test`.
#[derive(Debug, Clone, Deserialize)]
pub struct RoleRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    pub role: String,
}

/// With `takes` it is a set of entities of the type argument (`DbSet<Order> Orders`), kept under the field's name.
#[derive(Debug, Clone, Deserialize)]
pub struct EntityRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    /// Of an entity that a call declares: its name, and the object that lists its fields.
    #[serde(default)]
    pub name: Vec<String>,
    #[serde(default)]
    pub fields: Vec<String>,
    /// Where the table's name is: an annotation's attribute (`@Table.name`), a field (`__tablename__`), a field of an inner class (`Meta.db_table`), a selector.
    #[serde(default)]
    pub table: Vec<String>,
    /// Field types or calls that are relations: `ManyToOne`, `relationship`, `ForeignKey`, `belongs_to`.
    #[serde(default)]
    pub one: Vec<String>,
    #[serde(default)]
    pub many: Vec<String>,
    /// Annotations of fields that are not kept.
    #[serde(default)]
    pub skips: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct QueryRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    #[serde(default)]
    pub sql: Vec<String>,
    #[serde(default)]
    pub entity: Vec<String>,
    #[serde(default)]
    pub writes: bool,
}

/// A guard or a resilience mechanism.
#[derive(Debug, Clone, Deserialize)]
pub struct KindRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    pub kind: String,
    /// Covers the whole program, not the place it stands at.
    #[serde(default)]
    pub everywhere: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ReadRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    /// The variable's or key's name.
    pub key: Vec<String>,
    #[serde(default)]
    pub default: Vec<String>,
    /// The key is a text with placeholders (`@Value("${orders.url:http://x}")`).
    #[serde(default)]
    pub placeholder: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ScheduleRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    #[serde(default)]
    pub every: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct EntryRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    #[serde(default)]
    pub port: Vec<String>,
}

/// Settings that route requests on: `zuul.routes.<name>.path` and `.serviceId`. Keys are relaxed (case, `-` and `_`
/// do not count); `*` stands for one segment or list index.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProxyRow {
    /// `zuul.routes.*`: everything under it is one route.
    pub setting: String,
    /// Keys below it that hold the upstream: `serviceId`, `url`, `uri`; `"*"` is the segment itself, `"="` the
    /// setting's own value.
    pub upstream: Vec<String>,
    #[serde(default)]
    pub path: Vec<String>,
}

/// A server with a role asks others, by their names or by their role.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchRow {
    /// The role of the server.
    pub role: String,
    /// Settings that list the names of those it asks. Where they name one, nobody else is asked.
    #[serde(default)]
    pub names: Vec<String>,
    /// Roles of those it asks; the first that somebody has counts.
    pub of: Vec<String>,
    /// What is sent through a broker by those that have this role, and not asked for.
    #[serde(default)]
    pub through: Option<String>,
    pub link: LinkKind,
}

/// A driver in the build file: where nothing else tells which store is meant, the only one of a technology.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DriverRow {
    pub dependency: Vec<String>,
    pub technology: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct PassesRow {
    #[serde(flatten)]
    pub trigger: Trigger,
    pub joins: Vec<String>,
    /// What is taken where the first is not there: `unwrap_or("x")`.
    #[serde(default)]
    pub or: Vec<String>,
}
