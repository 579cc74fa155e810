package a;
import jakarta.ws.rs.*;
@Path("/orders") class Orders { @GET @Path("/{id}") Order get(@PathParam("id") long id) { return null; } @POST void add(Order o) {} }
