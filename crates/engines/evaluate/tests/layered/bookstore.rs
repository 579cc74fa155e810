//! A bookstore on the web with so many customers: browse, view, order, log in, register; an
//! administrator who updates the inventory and fills back orders (D. Petriu, J. A. Amyot,
//! M. Woodside, the RADS bookstore derived from use case maps).

pub fn bookstore(customers: usize) -> String {
    format!(
        "
p customers inf
p administrator inf
p rads inf
p shop fcfs
p db fcfs speed=2
t Customer customers ref x{customers}
t Administrator administrator ref
t Rads rads inf
t Server shop server x5
t Cart shop inf
t Inventory shop server
t Database db server
t Backorder shop server
t Account shop server
t AccountDb db server x3
t Names shop server
t Prices shop server
t Items shop server
t Stock shop server
t Fill shop server
t Refill shop server
e customer Customer : 3000; 1; =@shopping
e administrator Administrator : 100000; 1; =@administering
e shopping Rads : {{.4217629: =@browse | .4217629: =@view | .0843525: =@add | .0210881: =@remove | .0295234: =@login | .0210881: =@checkout | .0004222: =@register}}!
e administering Rads : {{.5: =@update | .5: =@backorders}}!
e browse Server : =@list!
e view Server : =@item; =@item!
e add Server : =@code; =@put!
e remove Server : =@code; =@take!
e checkout Server : =@pay!
e register Server : =@record; =@create; =@account!
e put Cart : 1!
e take Cart : 1!
e pay Cart : {{.95: 1; =@price; [1! & =@ship; [1 & 1]; =~charge]0 | .05: 1!}}
e list Inventory : @name*10; 1!
e item Inventory : 1; =@q_item; 1!
e code Inventory : 1!
e price Inventory : @prices*2.5!
e ship Inventory : @items*2.5!
e update Inventory : @stock*500!
e resupply Inventory forward=settle : @refill*1.5!
e q_name Database : 20!
e q_item Database : 20!
e q_price Database : 20!
e q_items Database : 20!
e q_stock Database : 20!
e q_refill Database : 20!
e backorders Backorder : @fill*50!
e login Account : 1; =@q_login; {{.04: 1 | .96: 1; =@q_password; {{.1: 1 | .9: 1; =@q_account}}}}!
e charge Account : 1; =@q_charge
e record Account : 1!
e account Account : 1!
e settle Account : 1; =@q_get; 1; 1; =@q_put!
e q_login AccountDb : 20!
e q_password AccountDb : 20!
e q_account AccountDb : 50!
e q_charge AccountDb : 100!
e create AccountDb : {{.05: 20 | .95: 200}}!
e q_get AccountDb : 50!
e q_put AccountDb : 100!
e name Names : 1; =@q_name!
e prices Prices : 1; =@q_price!
e items Items : 1; =@q_items; 1!
e stock Stock : =@q_stock!
e fill Fill : 1; =@resupply; 1!
e refill Refill : 1; =@q_refill; 1!
"
    )
}
