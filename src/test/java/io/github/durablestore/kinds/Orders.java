package io.github.durablestore.kinds;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;

/**
 * A message of edition 2023, which protobuf-java knows from 4 on, and protoc 25 does not compile.
 */
public final class Orders {
  public static final Descriptor TYPE = type();

  private Orders() {}

  private static Descriptor type() {
    var file = FileDescriptorProto.newBuilder();
    try {
      TextFormat.merge(
          """
          name: "orders.proto"
          package: "durablestore.kinds"
          syntax: "editions"
          edition: EDITION_2023
          message_type {
            name: "Order"
            field { name: "id" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
            field {
              name: "total" number: 2 label: LABEL_OPTIONAL type: TYPE_INT64
              options { features { field_presence: IMPLICIT } }
            }
            field {
              name: "first" number: 3 label: LABEL_OPTIONAL
              type: TYPE_MESSAGE type_name: ".durablestore.kinds.Order.Line"
              options { features { message_encoding: DELIMITED } }
            }
            field {
              name: "lines" number: 4 label: LABEL_REPEATED
              type: TYPE_MESSAGE type_name: ".durablestore.kinds.Order.Line"
              options { features { message_encoding: DELIMITED } }
            }
            field {
              name: "ratings" number: 5 label: LABEL_REPEATED type: TYPE_INT32
              options { features { repeated_field_encoding: EXPANDED } }
            }
            nested_type {
              name: "Line"
              field { name: "item" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
            }
          }
          """,
          file);
      return FileDescriptor.buildFrom(file.build(), new FileDescriptor[0])
          .findMessageTypeByName("Order");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns an order of the fields that a text has. */
  public static DynamicMessage order(String fields) {
    var order = DynamicMessage.newBuilder(TYPE);
    try {
      TextFormat.merge(fields, order);
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(fields, e);
    }
    return order.build();
  }
}
