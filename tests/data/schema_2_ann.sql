-- What Ann's disk held when schema 2 was the newest, written by the Landline of then.
INSERT INTO person (person_row, peer_id, public_key, name, device, app_version, is_accepted, is_verified, is_blocked, is_muted, is_auto_accept, last_seen_ms) VALUES
    (1, X'34A77059E53A624C68FACAC683F9F9FFA3E871A9D66F54521351AACAFE0172B9', X'2DF04125F0015AFB47CE853AEF8772094FF9498C14CB1B9E12973C2927DA0FA6', 'Ben', 'vm', '1.0.0', 1, 1, 0, 0, 0, 1795251551549);
INSERT INTO address (person_row, address, seen_ms, turn) VALUES
    (1, '10.0.0.2:48484', 1795251551549, 1);
INSERT INTO conversation (conversation_row, person_row, draft) VALUES
    (1, 1, 'half a sent');
INSERT INTO lane (lane_row, person_row, is_outgoing, lane_id, next_seq, beyond, receipted_seq) VALUES
    (1, 1, 1, X'70DC24C8165FA0E4', 11, X'', 0);
INSERT INTO lane (lane_row, person_row, is_outgoing, lane_id, next_seq, beyond, receipted_seq) VALUES
    (2, 1, 0, X'AF6431DBD68029E5', 4, X'', 0);
INSERT INTO sqlite_sequence (name, seq) VALUES
    ('lane', 2);
INSERT INTO transfer (transfer_row, transfer_id, person_row, direction, state, manifest_hash, files, folders, size_bytes, names, done_bytes, path, reason, time_ms, sources, into_folder) VALUES
    (1, X'698752BD4A32F9B0D2808A2DBF5C410F', 1, 1, 0, X'0676A3DF8873EC77993D205F48BEAE0F1612F71FE3F2B52CC85BC56FCA704EA5', 1, 0, 7, '["report.txt"]', 0, NULL, NULL, 1795251551568, '["/home/ann/report.txt"]', NULL);
INSERT INTO message (message_row, conversation_row, order_key, author, message_id, kind, text, time_ms, state, lane_row, seq, is_announced, transfer_row, reply_author, reply_id, mentions, is_forwarded, edit_order, edited_ms, is_deleted) VALUES
    (1, 1, 117653605682549812, 0, X'9434CC13FCD291304A81BB8F1A557C73', 0, 'first', 1795251551552, 3, 1, 1, 1, NULL, NULL, NULL, X'', 0, -1, NULL, 0);
INSERT INTO message (message_row, conversation_row, order_key, author, message_id, kind, text, time_ms, state, lane_row, seq, is_announced, transfer_row, reply_author, reply_id, mentions, is_forwarded, edit_order, edited_ms, is_deleted) VALUES
    (2, 1, 117653605682830586, 1, X'DCFAFFD88141F7057134D1E6E1B7EFD4', 0, 'second', 1795251551556, 2, 2, 1, 1, NULL, NULL, NULL, X'', 0, 117653605683158266, 1795251551561, 0);
INSERT INTO message (message_row, conversation_row, order_key, author, message_id, kind, text, time_ms, state, lane_row, seq, is_announced, transfer_row, reply_author, reply_id, mentions, is_forwarded, edit_order, edited_ms, is_deleted) VALUES
    (3, 1, 117653605683142040, 0, X'9D98A47C8EACB2BBD3C381E8952804F2', 0, 'an answer', 1795251551561, 3, 1, 3, 1, NULL, X'34A77059E53A624C68FACAC683F9F9FFA3E871A9D66F54521351AACAFE0172B9', X'DCFAFFD88141F7057134D1E6E1B7EFD4', X'34A77059E53A624C68FACAC683F9F9FFA3E871A9D66F54521351AACAFE0172B9', 0, -1, NULL, 0);
INSERT INTO message (message_row, conversation_row, order_key, author, message_id, kind, text, time_ms, state, lane_row, seq, is_announced, transfer_row, reply_author, reply_id, mentions, is_forwarded, edit_order, edited_ms, is_deleted) VALUES
    (4, 1, 117653605683142948, 0, X'A124729B6C0EEE9E65BD2145538527DD', 0, '', 1795251551561, 3, 1, 4, 1, NULL, NULL, NULL, X'', 0, -1, NULL, 1);
INSERT INTO message (message_row, conversation_row, order_key, author, message_id, kind, text, time_ms, state, lane_row, seq, is_announced, transfer_row, reply_author, reply_id, mentions, is_forwarded, edit_order, edited_ms, is_deleted) VALUES
    (5, 1, 117653605683614444, 0, X'D2EC2E9ED880775006AA7002AFEA8767', 1, '', 1795251551568, 2, 1, 5, 1, 1, NULL, NULL, X'', 0, -1, NULL, 0);
INSERT INTO message (message_row, conversation_row, order_key, author, message_id, kind, text, time_ms, state, lane_row, seq, is_announced, transfer_row, reply_author, reply_id, mentions, is_forwarded, edit_order, edited_ms, is_deleted) VALUES
    (6, 1, 117653605684177450, 0, X'6A2A2DCFAE131AD8E80500806886E438', 0, 'waits one', 1795251551577, 0, 1, 7, 1, NULL, NULL, NULL, X'', 0, 117653605684308522, 1795251551579, 0);
INSERT INTO message (message_row, conversation_row, order_key, author, message_id, kind, text, time_ms, state, lane_row, seq, is_announced, transfer_row, reply_author, reply_id, mentions, is_forwarded, edit_order, edited_ms, is_deleted) VALUES
    (7, 1, 117653605684216112, 0, X'0130D12A4AA7946A92D7C8F774C16ACD', 0, 'waits 2', 1795251551578, 0, 1, 8, 1, NULL, NULL, NULL, X'', 0, -1, NULL, 0);
INSERT INTO outbox (lane_row, seq, record, message_row) VALUES
    (1, 7, X'9801C4106A2A2DCFAE131AD8E80500806886E438CF01A1FD54BD596A2ACF000001A1FD54BD59A777616974732031C090C2', 6);
INSERT INTO outbox (lane_row, seq, record, message_row) VALUES
    (1, 8, X'9801C4100130D12A4AA7946A92D7C8F774C16ACDCF01A1FD54BD5A0130CF000001A1FD54BD5AA777616974732032C090C2', 7);
INSERT INTO outbox (lane_row, seq, record, message_row) VALUES
    (1, 9, X'9505C4106A2A2DCFAE131AD8E80500806886E438CF01A1FD54BD5B6A2ACF000001A1FD54BD5BA97761697473206F6E65', NULL);
INSERT INTO outbox (lane_row, seq, record, message_row) VALUES
    (1, 10, X'9607C42034A77059E53A624C68FACAC683F9F9FFA3E871A9D66F54521351AACAFE0172B9C410DCFAFFD88141F7057134D1E6E1B7EFD4CF01A1FD54BD5BDCFAA4F09F8E89C3', NULL);
INSERT INTO earlier_text (message_row, edit_order, text, time_ms) VALUES
    (2, -1, 'secnd', 1795251551556);
INSERT INTO earlier_text (message_row, edit_order, text, time_ms) VALUES
    (6, -1, 'waits 1', 1795251551577);
INSERT INTO reaction (message_row, author, emoji, reaction_order, is_on) VALUES
    (2, 0, '🎉', 117653605684337914, 1);
INSERT INTO reaction (message_row, author, emoji, reaction_order, is_on) VALUES
    (2, 0, '👍', 117653605683158266, 1);
INSERT INTO early_deed (deed_row, conversation_row, author, message_id, record) VALUES
    (1, 1, 1, X'EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE', X'9206C410EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE');
