// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.testkit.Given.given;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.cairnlog.decider.Repository;
import org.cairnlog.decider.SnapshotPolicy;
import org.cairnlog.decider.SnapshotStore;
import org.cairnlog.decider.Snapshots;
import org.cairnlog.event.StreamId;
import org.cairnlog.examples.ShopCart.CarriedOver;
import org.cairnlog.examples.ShopCart.Cart;
import org.cairnlog.examples.ShopCart.CheckOut;
import org.cairnlog.examples.ShopCart.CheckedOut;
import org.cairnlog.examples.ShopCart.ItemPut;
import org.cairnlog.examples.ShopCart.Put;
import org.cairnlog.examples.ShopCart.TakeOut;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.MemoryEventLog;
import org.cairnlog.sql.Postgres;
import org.cairnlog.sql.Sqlite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cart that lives for years: read from snapshots, and its books closed when a year is over. */
class ShopCartTest {
    private static final StreamId CART = StreamId.of("cart", "ada");

    @TempDir
    Path folder;

    @Test
    void only_what_is_in_a_cart_can_be_taken_out() {
        given(new ShopCart())
                .events(new ItemPut("tea", 2))
                .when(new TakeOut("tea", 3))
                .rejected("not-in-the-cart");
        given(new ShopCart())
                .events(new CarriedOver(Map.of("tea", 2), 7))
                .when(new CheckOut())
                .then(new CheckedOut(Map.of("tea", 2)))
                .state(new Cart(Map.of(), 8));
    }

    @Test
    void in_memory() {
        try (MemoryEventLog log = MemoryEventLog.open()) {
            live(log, log::maintenance);
        }
    }

    @Test
    void in_a_sqlite_file() {
        Path file = folder.resolve("carts.db");
        try (AtomicEventLog log = Sqlite.open(file)) {
            live(log, () -> Sqlite.maintenance(file));
        }
    }

    @Test
    void in_postgresql() {
        try (var database = new PostgresDatabase();
                AtomicEventLog log = Postgres.open(database.pool(), o -> o.migrating())) {
            live(log, () -> Postgres.maintenance(database.pool(), o -> o));
        }
    }

    private static void live(AtomicEventLog log, Supplier<LogMaintenance> opened) {
        // tag::snapshots
        var snapshots = Snapshots.of(SnapshotStore.of(log), ShopCart.CARTS, SnapshotPolicy.every(100));
        var carts = Repository.of(log, "cart", new ShopCart(), ShopCart.CODEC).snapshots(snapshots);
        // end::snapshots
        for (int order = 1; order <= 75; order++) {
            carts.execute("ada", new Put("tea", 2));
            carts.execute("ada", new TakeOut("tea", 1));
            carts.execute("ada", new CheckOut());
        }
        carts.execute("ada", new Put("coffee", 1));
        assertThat(snapshots.taken()).isEqualTo(2);
        var year = new Cart(Map.of("coffee", 1), 75);
        assertThat(carts.load("ada").state()).isEqualTo(year);
        assertThat(carts.load("ada").version()).isEqualTo(226);

        try (LogMaintenance maintenance = opened.get()) {
            // tag::close
            carts.closeTheBooks(
                    "ada", cart -> new CarriedOver(cart.items(), cart.orders()), maintenance, "the year is over");
            // end::close
            assertThat(maintenance.removals()).hasSize(1);
        }
        assertThat(log.read(CART)).hasSize(1);
        assertThat(carts.load("ada").state()).isEqualTo(year);

        assertThatThrownBy(() -> carts.execute("ada", new TakeOut("tea", 1))).hasMessageContaining("not-in-the-cart");
        carts.execute("ada", new CheckOut());
        assertThat(carts.load("ada").state()).isEqualTo(new Cart(Map.of(), 76));
        assertThat(carts.load("ada").version()).isEqualTo(228); // versions go on
        assertThat(snapshots.failures()).isZero();
    }
}
