package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.OperationVerdicts.right;
import static io.github.durablestore.scenario.OperationVerdicts.wrong;

import io.github.durablestore.scenario.RestartServices.Behind;
import io.github.durablestore.scenario.RestartServices.Memory;
import io.github.durablestore.scenario.RestartServices.Migration;
import io.github.durablestore.scenario.RestartServices.Outbox;
import io.github.durablestore.scenario.RestartServices.Payments;
import io.github.durablestore.scenario.RestartServices.Recovery;
import io.github.durablestore.scenario.RestartServices.Saga;
import java.util.stream.Stream;

/** Verdicts on services that forget, or that start again wrongly, when their process dies. */
final class RestartVerdicts {
  private RestartVerdicts() {}

  static Stream<Verdict> all() {
    return Stream.of(restart(), end(), recovery()).flatMap(verdicts -> verdicts);
  }

  /** What is kept in memory, and asked for after a restart. */
  private static Stream<Verdict> restart() {
    return Stream.of(
        wrong(
            "value in memory",
            Memory::new,
            s ->
                s.operationRunning("set", memory -> memory.remember(1))
                    .operation("get", Memory::remembered)
                    .crashes(),
            Memory::remembered),
        right(
            "value in memory",
            Memory::new,
            s ->
                s.operationRunning("set", memory -> memory.set(1))
                    .operation("get", Memory::stored)
                    .faults()
                    .crashes(),
            Memory::stored),
        wrong(
            "last number in memory",
            Memory::new,
            s -> s.operation("next", Memory::nextOrder).crashes(),
            Memory::orders),
        right(
            "last number in memory",
            Memory::new,
            s -> s.operation("next", Memory::nextOrderByStore).faults().crashes(),
            Memory::orders),
        wrong(
            "requests in memory",
            Memory::new,
            s -> s.operation("pay", Memory::pay).crashes(),
            Memory::paid),
        right(
            "requests in memory",
            Memory::new,
            s -> s.operation("pay", Memory::payByStore).faults().crashes(),
            Memory::paid),
        wrong(
            "lease in memory",
            Memory::new,
            s -> s.operation("acquire", Memory::acquire).crashes(),
            Memory::stored),
        right(
            "lease in memory",
            Memory::new,
            s -> s.operation("acquire", Memory::acquireByStore).faults().crashes(),
            memory -> memory.get("lease")),
        wrong(
            "keys in memory",
            Memory::new,
            s ->
                s.operationRunning("create a", memory -> memory.create("a"))
                    .operation("list", Memory::list)
                    .crashes(),
            Memory::list),
        right(
            "keys in memory",
            Memory::new,
            s ->
                s.operationRunning("create a", memory -> memory.create("a"))
                    .operation("list", Memory::listByStore)
                    .faults()
                    .crashes(),
            Memory::listByStore),
        wrong(
            "undo in memory",
            Memory::new,
            s ->
                s.given(memory -> memory.setUndoably(1))
                    .operationRunning("set", memory -> memory.setUndoably(2))
                    .operationRunning("undo", Memory::undo)
                    .crashes(),
            Memory::value),
        right(
            "undo in memory",
            Memory::new,
            s ->
                s.given(memory -> memory.setUndoablyByStore(1))
                    .operationRunning("set", memory -> memory.setUndoablyByStore(2))
                    .operationRunning("undo", Memory::undoByStore)
                    .faults()
                    .crashes(),
            Memory::value));
  }

  /** What is acknowledged, and lost if the process dies after that. */
  private static Stream<Verdict> end() {
    return Stream.of(
        wrong(
            "write by the next operation",
            Behind::new,
            s -> s.operationRunning("add", Behind::addBehind).crashes(),
            Behind::sum),
        right(
            "write by the next operation",
            Behind::new,
            s -> s.operationRunning("add", Behind::add).faults().crashes(),
            Behind::sum),
        wrong(
            "write of two at a time",
            Behind::new,
            s -> s.operationRunning("add", Behind::addInBatches).crashes(),
            Behind::sum),
        right(
            "write of two at a time",
            Behind::new,
            s ->
                s.operationRunning("add", Behind::add)
                    .operation("sum", Behind::sum)
                    .faults()
                    .crashes(),
            Behind::sum),
        wrong(
            "write when it is read",
            Behind::new,
            s ->
                s.operationRunning("add", Behind::addForReader)
                    .operation("sum", Behind::flushAndGet)
                    .crashes(),
            Behind::flushAndGet),
        right(
            "write when it is read",
            Behind::new,
            s ->
                s.operationRunning("add", Behind::add)
                    .operation("sum", Behind::flushAndGet)
                    .faults()
                    .crashes(),
            Behind::flushAndGet),
        wrong(
            "write on close",
            Memory::new,
            s ->
                s.operationRunning("set", memory -> memory.setOnClose(1))
                    .operation("get", Memory::storedOnClose)
                    .crashes(),
            Memory::storedOnClose),
        right(
            "write on close",
            Memory::new,
            s ->
                s.operationRunning("set", memory -> memory.set(1))
                    .operation("get", Memory::storedOnClose)
                    .faults()
                    .crashes(),
            Memory::storedOnClose),
        wrong(
            "deletion that is hidden at first",
            Behind::new,
            s ->
                s.given(Behind::create)
                    .operationRunning("delete", Behind::deleteLater)
                    .operation("look", Behind::existing)
                    .crashes(),
            Behind::existing),
        right(
            "deletion that is hidden at first",
            Behind::new,
            s ->
                s.given(Behind::create)
                    .operationRunning("delete", Behind::deleteNow)
                    .operation("look", Behind::existing)
                    .faults()
                    .crashes(),
            Behind::existing),
        wrong(
            "preparation in memory",
            Behind::new,
            s ->
                s.operationRunning("prepare", Behind::prepare)
                    .operation("commit", Behind::commit)
                    .crashes(),
            behind -> behind.get("x")),
        right(
            "preparation in memory",
            Behind::new,
            s ->
                s.operationRunning("prepare", Behind::prepareInStore)
                    .operation("commit", Behind::commitInStore)
                    .faults()
                    .crashes(),
            behind -> behind.get("x")));
  }

  /** What goes wrong only if the process dies, or a call fails, while it recovers. */
  private static Stream<Verdict> recovery() {
    return Stream.of(
        wrong(
            "credit, then forget the note",
            store -> new Payments(store, Recovery.CREDIT_THEN_FORGET),
            s -> s.operationRunning("pay", Payments::pay).crashes(),
            Payments::balance),
        right(
            "credit, then forget the note",
            store -> new Payments(store, Recovery.AT_ONCE),
            s -> s.operationRunning("pay", Payments::payAtOnce).faults().crashes(),
            Payments::balanceAtOnce),
        wrong(
            "forget the note, then credit",
            store -> new Payments(store, Recovery.FORGET_THEN_CREDIT),
            s -> s.operationRunning("pay", Payments::pay).crashes(),
            Payments::balance),
        right(
            "forget the note, then credit",
            store -> new Payments(store, Recovery.AT_ONCE),
            s ->
                s.operationRunning("pay", Payments::payAtOnce)
                    .operation("balance", Payments::balanceAtOnce)
                    .faults()
                    .crashes(),
            Payments::balanceAtOnce),
        wrong(
            "outbox that counts its mails",
            store -> new Outbox(store, true),
            s -> s.operation("order", Outbox::order).crashes(),
            Outbox::mails),
        right(
            "outbox that counts its mails",
            store -> new Outbox(store, false),
            s -> s.operation("order", Outbox::order).faults().crashes(),
            Outbox::mails),
        wrong(
            "saga that is marked first",
            store -> new Saga(store, Saga.Mark.FIRST),
            s -> s.operationRunning("begin", Saga::begin).crashes(),
            Saga::done),
        right(
            "saga that is marked first",
            store -> new Saga(store, Saga.Mark.LAST),
            s -> s.operationRunning("begin", Saga::begin).faults().crashes(),
            Saga::done),
        wrong(
            "saga that is marked though it failed",
            store -> new Saga(store, Saga.Mark.LAST_WHATEVER_HAPPENS),
            s -> s.operationRunning("begin", Saga::begin).faults().crashes(),
            Saga::done),
        right(
            "saga that is marked though it failed",
            store -> new Saga(store, Saga.Mark.LAST),
            s ->
                s.operationRunning("begin", Saga::begin)
                    .operation("look", Saga::done)
                    .faults()
                    .crashes(),
            Saga::done),
        wrong(
            "migration in two writes",
            store -> new Migration(store, false),
            s ->
                s.given(migration -> migration.setOld(5))
                    .operation("read", Migration::read)
                    .crashes(),
            Migration::read),
        right(
            "migration in two writes",
            store -> new Migration(store, true),
            s ->
                s.given(migration -> migration.setOld(5))
                    .operation("read", Migration::readAtOnce)
                    .faults()
                    .crashes(),
            Migration::readAtOnce));
  }
}
