package io.github.durablestore.benchmark;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.durablestore.egopb.DurableState;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A table in an H2 database in memory, at its fastest: each thread keeps its statements prepared.
 */
final class H2Store implements Store {
  private static final String URL = "jdbc:h2:mem:benchmark;DB_CLOSE_DELAY=-1";

  private final ThreadLocal<Session> session = ThreadLocal.withInitial(Session::open);

  @Override
  public void write(DurableState state) {
    session.get().write(state);
  }

  @Override
  public DurableState read(String persistenceId) {
    return session.get().read(persistenceId);
  }

  private record Session(PreparedStatement merge, PreparedStatement select) {
    static Session open() {
      try {
        Connection connection = DriverManager.getConnection(URL);
        try (var create = connection.createStatement()) {
          create.execute(
              "create table if not exists states"
                  + " (persistence_id varchar(255) primary key, state varbinary(1048576) not null)");
        }
        return new Session(
            connection.prepareStatement("merge into states key (persistence_id) values (?, ?)"),
            connection.prepareStatement("select state from states where persistence_id = ?"));
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    void write(DurableState state) {
      try {
        merge.setString(1, state.getPersistenceId());
        merge.setBytes(2, state.toByteArray());
        merge.executeUpdate();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    DurableState read(String persistenceId) {
      try {
        select.setString(1, persistenceId);
        try (ResultSet found = select.executeQuery()) {
          return found.next() ? DurableState.parseFrom(found.getBytes(1)) : null;
        }
      } catch (SQLException | InvalidProtocolBufferException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
