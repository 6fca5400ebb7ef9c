// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.EventTypes;
import org.cairnlog.decider.Decider;
import org.cairnlog.decider.Rejected;
import org.cairnlog.decider.StateCodec;
import org.cairnlog.examples.ShopCart.Cart;
import org.cairnlog.examples.ShopCart.CartEvent;
import org.cairnlog.examples.ShopCart.Command;
import org.cairnlog.jackson.Json;

/** The cart of a customer, which lives for years. */
// tag::decider
final class ShopCart implements Decider<Command, Cart, CartEvent> {
    sealed interface Command {}

    record Put(String item, int count) implements Command {}

    record TakeOut(String item, int count) implements Command {}

    record CheckOut() implements Command {}

    sealed interface CartEvent {}

    record ItemPut(String item, int count) implements CartEvent {}

    record ItemTakenOut(String item, int count) implements CartEvent {}

    record CheckedOut(Map<String, Integer> items) implements CartEvent {}

    /** The whole state in one event: what there is when the books are closed. */
    record CarriedOver(Map<String, Integer> items, long orders) implements CartEvent {}

    record Cart(Map<String, Integer> items, long orders) {}

    @Override
    public Cart initial() {
        return new Cart(Map.of(), 0);
    }

    @Override
    public Cart evolve(Cart cart, CartEvent event) {
        return switch (event) {
            case ItemPut put -> new Cart(plus(cart.items(), put.item(), put.count()), cart.orders());
            case ItemTakenOut out -> new Cart(plus(cart.items(), out.item(), -out.count()), cart.orders());
            case CheckedOut checkedOut -> new Cart(Map.of(), cart.orders() + 1);
            case CarriedOver carried -> new Cart(carried.items(), carried.orders());
        };
    }

    @Override
    public List<CartEvent> decide(Command command, Cart cart) {
        return switch (command) {
            case Put put -> List.of(new ItemPut(put.item(), put.count()));
            case TakeOut out
            when cart.items().getOrDefault(out.item(), 0) < out.count() -> throw new Rejected("not-in-the-cart");
            case TakeOut out -> List.of(new ItemTakenOut(out.item(), out.count()));
            case CheckOut checkOut when cart.items().isEmpty() -> throw new Rejected("cart-is-empty");
            case CheckOut checkOut -> List.of(new CheckedOut(cart.items()));
        };
    }
    // end::decider

    private static Map<String, Integer> plus(Map<String, Integer> items, String item, int count) {
        Map<String, Integer> changed = new TreeMap<>(items);
        changed.merge(item, count, Integer::sum);
        changed.values().removeIf(left -> left == 0);
        return changed;
    }

    static final EventCodec<CartEvent> CODEC = Json.codec(EventTypes.of(CartEvent.class)
            .add("item-put", ItemPut.class)
            .add("item-taken-out", ItemTakenOut.class)
            .add("checked-out", CheckedOut.class)
            .add("carried-over", CarriedOver.class));

    static final StateCodec<Cart> CARTS = Json.state("cart-1", Cart.class);
}
