package a;
import io.micronaut.http.annotation.*; import io.micronaut.http.client.annotation.Client;
@Controller("/orders") class O { @Get("/{id}") Order get(long id) { return null; } @Post void add() {} }
@Client("http://stock") interface Stock { @Get("/items") List<Item> items(); }
