package a;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;
import static org.springframework.web.reactive.function.server.RequestPredicates.GET;
import static org.springframework.web.reactive.function.server.RequestPredicates.POST;
class Routes { RouterFunction<ServerResponse> r(H h) { return route(GET("/a"), h::a).andRoute(POST("/b"), h::b); }
 RouterFunction<ServerResponse> s(H h) { return route().GET("/c", h::c).POST("/d", h::d).build(); } }
