package io.github.durablestore.scenario;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the code of methods from the file of their class. */
final class ClassFile {
  private static final ClassValue<Map<String, MethodCode>> METHODS =
      new ClassValue<>() {
        @Override
        protected Map<String, MethodCode> computeValue(Class<?> type) {
          String name = type.getName();
          try (InputStream file =
              type.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
            return file == null ? Map.of() : new ClassFile(new DataInputStream(file)).methods();
          } catch (IOException
              | RuntimeException e) { // of another format: as if there were no file
            return Map.of();
          }
        }
      };

  private interface Reader {
    void read() throws IOException;
  }

  private final DataInputStream in;

  /** The texts of the constant pool, and of a method that is called: where its name is. */
  private final String[] texts;

  private final int[] names;

  /**
   * Returns the code of a method; {@code null} if it is not known, for example because the class
   * was made at run time.
   */
  static @Nullable MethodCode method(Class<?> type, String name, String descriptor) {
    return METHODS.get(type).get(name + descriptor);
  }

  private ClassFile(DataInputStream in) throws IOException {
    this.in = in;
    in.skipNBytes(8); // what it is, and its version
    int constants = in.readUnsignedShort();
    texts = new String[constants];
    names = new int[constants];
    for (int i = 1; i < constants; i++) {
      i += readConstant(i);
    }
  }

  /** Reads a constant; returns how many places follow that are not used. */
  private int readConstant(int place) throws IOException {
    int tag = in.readUnsignedByte();
    switch (tag) {
      case 1 -> texts[place] = in.readUTF();
      case 5, 6 -> in.skipNBytes(8);
      case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
      case 9, 10, 11, 17, 18 -> { // a member: its class, and its name and type
        in.skipNBytes(2);
        names[place] = in.readUnsignedShort();
      }
      case 12 -> { // a name and a type
        names[place] = in.readUnsignedShort();
        in.skipNBytes(2);
      }
      case 15 -> in.skipNBytes(3);
      default -> in.skipNBytes(4);
    }
    return tag == 5 || tag == 6 ? 1 : 0;
  }

  private Map<String, MethodCode> methods() throws IOException {
    in.skipNBytes(6); // flags, the class, and the one that it extends
    in.skipNBytes(2L * in.readUnsignedShort()); // the interfaces
    for (int fields = in.readUnsignedShort(); fields > 0; fields--) {
      in.skipNBytes(6);
      readAttributes("", () -> {});
    }
    Map<String, MethodCode> methods = new HashMap<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      int flags = in.readUnsignedShort();
      String method = texts[in.readUnsignedShort()] + texts[in.readUnsignedShort()];
      readAttributes("Code", () -> methods.put(method, readCode(flags)));
    }
    return methods;
  }

  private MethodCode readCode(int flags) throws IOException {
    in.skipNBytes(4); // how much it needs
    byte[] code = in.readNBytes(in.readInt());
    List<MethodCode.Handler> handlers = new ArrayList<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      handlers.add(
          new MethodCode.Handler(
              in.readUnsignedShort(),
              in.readUnsignedShort(),
              in.readUnsignedShort(),
              in.readUnsignedShort() == 0));
    }
    var lines = new TreeMap<Integer, Integer>();
    readAttributes(
        "LineNumberTable",
        () -> {
          for (int left = in.readUnsignedShort(); left > 0; left--) {
            lines.put(in.readUnsignedShort(), in.readUnsignedShort());
          }
        });
    return new MethodCode(flags, code, handlers, lines, this::nameOf);
  }

  /** Reads the attributes of a name, and skips all others. */
  private void readAttributes(String name, Reader reader) throws IOException {
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      String attribute = texts[in.readUnsignedShort()];
      int length = in.readInt();
      if (attribute.equals(name)) {
        reader.read();
      } else {
        in.skipNBytes(length);
      }
    }
  }

  /** Returns the name of a member of the constant pool. */
  private String nameOf(int member) {
    return texts[names[names[member]]];
  }
}
