package a
import io.ktor.server.routing.*
import io.ktor.server.engine.embeddedServer
import io.ktor.client.*
import io.ktor.client.request.get
val client = HttpClient(CIO)
fun main() { embeddedServer(Netty, port = 8080) { routing { route("/v1") { get("/x") { call.respond(client.get("http://stock/items")) } }
  orders() } }.start(wait = true) }
fun Route.orders() { get("/orders") { } 
  authenticate("jwt") { post("/orders") { } } }
